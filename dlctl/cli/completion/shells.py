"""Shells that complete words with `=` and `:` in them, as `--env=gke` and the contexts of EKS have.

click answers `--env=` with bare values, which zsh would put in place of the whole word, and fish drops.
Bash ends words at such signs (COMP_WORDBREAKS) and hands on the pieces, of which click completes the last
as a word of its own. So here suggestions are whole words; our script for bash hands on the line as it is,
and is answered with what bash is to put in place of the last piece.
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

BREAKS = "_DLCTL_WORDBREAKS"
"""The environment variable with the signs at which bash ends words."""

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
            plain) COMPREPLY+=("$value") ;;
        esac
    done
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""


class _WholeWords(ShellComplete):
    """Suggestions for the value of `--option=` begin with the option."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """What may stand in place of the word that is typed."""
        found = super().get_completions(args, incomplete)
        option = re.match(r"--?[\w-]+=", incomplete)
        if option is None:
            return found
        return [CompletionItem(option.group() + str(item.value), item.type, item.help) for item in found]


class Bash(_WholeWords, BashComplete):
    """Bash, which is told what to write behind the signs that it has gone past."""

    source_template = SCRIPT

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is typed, without the program's name, and that one."""
        line = os.environ.get("COMP_WORDS", "")
        words = split_arg_string(line)
        typed = words.pop() if words and not line[-1:].isspace() else ""
        return words[1:], typed

    def complete(self) -> str:
        """The suggestions, a line each: their type and what bash is to write."""
        words, typed = self.get_completion_args()
        breaks = os.environ.get(BREAKS, "")
        past = max((typed.rfind(sign) + 1 for sign in ":=" if sign in breaks), default=0)
        found = self.get_completions(words, typed)
        return "\n".join(f"{item.type},{str(item.value).removeprefix(typed[:past])}" for item in found)


class Zsh(_WholeWords, ZshComplete):
    """Zsh."""


class Fish(_WholeWords, FishComplete):
    """Fish."""
