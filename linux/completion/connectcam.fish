# fish completion for connectcam(1)

# The days of which there are pictures, in the folder that --state names or the usual one.
function __connectcam_days
    set -l state $HOME/.local/state/connectcam
    set -q XDG_STATE_HOME; and set state $XDG_STATE_HOME/connectcam
    set -l words (commandline -opc)
    set -l at (contains -i -- --state $words); and set state (string replace -r '^~' $HOME -- $words[(math $at + 1)])
    for day in $state/timelapse/*-*-*
        path basename $day
    end
end

function __connectcam_cameras
    set -l nodes /dev/v4l/by-id/* /dev/video*
    printf '%s\n' $nodes auto test dir: exec: http:// https://
end

function __connectcam_export_needs -a count
    set -l words (commandline -opc)
    test (count $words) = $count -a "$words[2]" = timelapse
end

set -l command __fish_seen_subcommand_from devices timelapse
set -l export "__fish_seen_subcommand_from timelapse"
complete -c connectcam -f
complete -c connectcam -n __fish_is_first_token -a devices -d 'List the cameras of this computer'
complete -c connectcam -n __fish_is_first_token -a timelapse -d 'Make a film of a day'
complete -c connectcam -n '__connectcam_export_needs 2' -a export -d 'Write a day of kept pictures as a film'
complete -c connectcam -n '__connectcam_export_needs 3' -a '(__connectcam_days)' -d Day
complete -c connectcam -n $export -s o -r -F -d 'The film'
complete -c connectcam -n $export -l fps -x -d 'Pictures a second, 1 to 60'
complete -c connectcam -n 'not __fish_seen_subcommand_from devices' -l state -x -a '(__fish_complete_directories)' \
    -d 'Where the settings and kept pictures are'
complete -c connectcam -n "not $command" -l camera -x -a '(__connectcam_cameras)' -d 'Where pictures come from'
complete -c connectcam -n "not $command" -l listen -x -d 'Where the page is'
complete -c connectcam -n "not $command" -l more-ports -d 'A taken port moves on to the next free one'
complete -c connectcam -n "not $command" -l set -x -d 'A setting for this run'
complete -c connectcam -n "not $command" -l console -d 'Take commands from the terminal'
complete -c connectcam -n "not $command" -l log-level -x -a 'error warning info debug' -d 'What is logged'
complete -c connectcam -n "not $command" -l version -d 'Print the version'
complete -c connectcam -n "not $command" -l help -d 'Print a summary of the options'
