#compdef dlctl

_dlctl_completion() {
    local -a completions
    local -a completions_with_descriptions
    local -a response
    (( ! $+commands[dlctl] )) && return 1

    response=("${(@f)$(env COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT-1)) _DLCTL_COMPLETE=zsh_complete dlctl)}")

    for type key descr in ${response}; do
        if [[ "$type" != "plain" && "$key" == --*=* ]]; then
            compset -P 1 '*='
        fi
        if [[ "$type" == "plain" ]]; then
            if [[ "$key" == *[.=] ]]; then
                compadd -U -S '' -V unsorted -- "$key"
            elif [[ "$descr" == "_" ]]; then
                completions+=("$key")
            else
                completions_with_descriptions+=("$key":"$descr")
            fi
        elif [[ "$type" == "dir" ]]; then
            _path_files -/
        elif [[ "$type" == "file" ]]; then
            _path_files -f
        fi
    done

    if [ -n "$completions_with_descriptions" ]; then
        _describe -V unsorted completions_with_descriptions -U
    fi

    if [ -n "$completions" ]; then
        compadd -U -V unsorted -a completions
    fi
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    # autoload from fpath, call function directly
    _dlctl_completion "$@"
else
    # eval/source/. command, register function for later
    compdef _dlctl_completion dlctl
fi
