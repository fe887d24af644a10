_dlctl_completion() {
    local IFS=$'\n' line type value
    COMPREPLY=()
    for line in $(_DLCTL_COMPLETE=bash_complete COMP_WORDS="${COMP_LINE:0:COMP_POINT}" \
        _DLCTL_WORDBREAKS="$COMP_WORDBREAKS" "$1"); do
        type=${line%%,*}
        value=${line#*,}
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain)
                case $value in *[.=]) compopt -o nospace ;; esac
                COMPREPLY+=("$value")
                ;;
        esac
    done
}

complete -o nosort -F _dlctl_completion dlctl
