# bash completion for connectcam(1)
_connectcam() {
    local cur prev words cword
    _init_completion -n =: || return
    case $prev in
    --camera)
        mapfile -t COMPREPLY < <(compgen -W "test dir: exec: http:// https:// $(echo /dev/v4l/by-id/* /dev/video*)" -- "$cur")
        __ltrim_colon_completions "$cur"
        compopt -o nospace
        ;;
    --state) _filedir -d ;;
    --log-level) mapfile -t COMPREPLY < <(compgen -W "error warning info debug" -- "$cur") ;;
    --listen | --set) ;;
    *)
        mapfile -t COMPREPLY < <(compgen -W "--camera --listen --more-ports --state --set --console --log-level \
--version --help" -- "$cur")
        ;;
    esac
}
complete -F _connectcam connectcam
