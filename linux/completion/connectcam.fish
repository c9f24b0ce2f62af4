# fish completion for connectcam(1)
complete -c connectcam -f
complete -c connectcam -l camera -x -a 'test dir: exec: http:// https:// (ls /dev/v4l/by-id/* /dev/video* 2>/dev/null)' \
    -d 'Where pictures come from'
complete -c connectcam -l listen -x -d 'Where the page is'
complete -c connectcam -l more-ports -d 'A taken port moves on to the next free one'
complete -c connectcam -l state -x -a '(__fish_complete_directories)' -d 'Where the settings are kept'
complete -c connectcam -l set -x -d 'A setting for this run'
complete -c connectcam -l console -d 'Take commands from the terminal'
complete -c connectcam -l log-level -x -a 'error warning info debug' -d 'What is logged'
complete -c connectcam -l version -d 'Print the version'
complete -c connectcam -l help -d 'Print a summary of the options'
