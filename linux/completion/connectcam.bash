# bash completion for connectcam(1)

# The days of which there are pictures, in the folder that --state names or the usual one.
_connectcam_days() {
    local i state=${XDG_STATE_HOME:-$HOME/.local/state}/connectcam
    for ((i = 1; i + 1 < ${#words[@]}; i++)); do
        [[ ${words[i]} != --state ]] || state=${words[i + 1]/#\~/$HOME}
    done
    compgen -G "$state/timelapse/*-*-*" | sed 's|.*/||'
}

_connectcam() {
    local cur prev words cword
    _init_completion -n =: || return
    local -a choices=()
    local options="--camera --listen --more-ports --state --set --console --log-level --version --help"
    case $prev in
    --camera)
        mapfile -t choices < <(compgen -G '/dev/v4l/by-id/*'; compgen -G '/dev/video*')
        choices+=(auto test dir: exec: http:// https://)
        compopt -o nospace
        ;;
    --state)
        _filedir -d
        return
        ;;
    -o)
        _filedir avi
        return
        ;;
    --log-level) choices=(error warning info debug) ;;
    --listen | --set | --fps) return ;;
    *)
        case $cword.${words[1]} in
        1.*) choices=(devices timelapse "$options") ;;
        *.devices) ;;
        2.timelapse) choices=(export) ;;
        3.timelapse) mapfile -t choices < <(_connectcam_days) ;;
        *.timelapse) choices=(-o --fps --state) ;;
        *) choices=("$options") ;;
        esac
        ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "${choices[*]}" -- "$cur")
    __ltrim_colon_completions "$cur"
}
complete -F _connectcam connectcam
