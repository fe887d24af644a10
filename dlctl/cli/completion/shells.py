"""Completion of words that contain `=` or `:`, such as `--env=gke` and the contexts of EKS, and of `--dir`.

For `--env=`, click suggests bare values; zsh would replace the whole word with them, and fish ignores
them. Bash splits words at these characters (COMP_WORDBREAKS), and click would complete the last part as
a separate word. So suggestions here are whole words. Our bash script passes the whole line, and receives
the replacement for the last part. Files and folders are left to the shell: bash completes the last part, and
the scripts of zsh and fish put `--option=` aside.
"""

import os
import re

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    split_arg_string,
)

from dlctl.cli.json_answer import dir_first, own_words

BREAKS = "_DLCTL_WORDBREAKS"
"""The environment variable with the characters at which bash splits words."""

SCRIPT = """\
%(complete_func)s() {
    local IFS=$'\\n' line type value
    COMPREPLY=()
    for line in $(%(complete_var)s=bash_complete COMP_WORDS="${COMP_LINE:0:COMP_POINT}" \\
        _DLCTL_WORDBREAKS="$COMP_WORDBREAKS" "$1"); do
        type=${line%%%%,*}
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

complete -o nosort -F %(complete_func)s %(prog_name)s
"""


class _WholeWords(ShellComplete):
    """Suggests whole words: values of `--option=` start with the option."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """The possible replacements of the current word."""
        option = re.match(r"--?[\w-]+=", incomplete)
        if option is None:
            return self._of_word(args, incomplete)
        found = self._of_word([*args, option.group()[:-1]], incomplete[option.end() :])
        return [CompletionItem(option.group() + str(item.value), item.type, item.help) for item in found]

    def _of_word(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """Those of a word without `--option=`; `--dir` may stand anywhere."""
        if args[-1:] == ["--dir"] and len(own_words(args)) == len(args):
            return [CompletionItem(incomplete, type="dir")]
        return super().get_completions(dir_first(args), incomplete)


class Bash(_WholeWords, BashComplete):
    """Completion for bash; suggestions start after the last word break."""

    source_template = SCRIPT

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the current one, without the program's name, and the current word."""
        line = os.environ.get("COMP_WORDS", "")
        words = split_arg_string(line)
        typed = words.pop() if words and not line[-1:].isspace() else ""
        return words[1:], typed

    def complete(self) -> str:
        """The suggestions, one per line: their type and the text for bash."""
        words, typed = self.get_completion_args()
        breaks = os.environ.get(BREAKS, "")
        past = max((typed.rfind(sign) + 1 for sign in ":=" if sign in breaks), default=0)
        found = self.get_completions(words, typed)
        return "\n".join(f"{item.type},{str(item.value).removeprefix(typed[:past])}" for item in found)


class Zsh(_WholeWords, ZshComplete):
    """Completion for zsh; no space follows what ends with `=` or `.`, as in fish."""

    source_template = ZshComplete.source_template.replace(
        """            if [[ "$descr" == "_" ]]; then""",
        """            if [[ "$key" == *[.=] ]]; then
                compadd -U -S '' -V unsorted -- "$key"
            elif [[ "$descr" == "_" ]]; then""",
    ).replace(
        """    for type key descr in ${response}; do
        if""",
        """    for type key descr in ${response}; do
        if [[ "$type" != "plain" && "$key" == --*=* ]]; then
            compset -P 1 '*='
        fi
        if""",
    )


class Fish(_WholeWords, FishComplete):
    """Completion for fish."""

    source_template = (
        FishComplete.source_template.replace(
            """ (string split "," $completion);
""",
            """ (string split --max 1 -- "," $completion);
        set -l option (string match --regex -- '^--[^=]*=' $metadata[2]);
        set -l path (string replace --regex -- '^--[^=]*=' '' $metadata[2]);
""",
        )
        .replace(
            "_directories $metadata[2];", "_directories $path | string replace --regex '^' -- \"$option\";"
        )
        .replace("_path $metadata[2];", "_path $path | string replace --regex '^' -- \"$option\";")
    )
