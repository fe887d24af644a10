"""Whether a command line asks for JSON, and whether the document was written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

PASS_THROUGH = ("sandbox", "kubectl")
"""Arguments after these are passed to another program unchanged."""
_FLAGS = "yAh"
"""Short options without a value: they can be combined with `o`, as in `-yo json`."""
_OUTPUT = re.compile(rf"(?:-[{_FLAGS}]*o|--output=|--output\Z)(.*)", re.DOTALL)


@dataclass(slots=True)
class JsonAnswer:
    """The JSON document of a command: at most one is written, also if the command fails."""

    wanted: bool = False
    written: bool = False

    def begin(self) -> None:
        """Record that the document is written now. Raises RuntimeError if one was written before."""
        if self.written:
            raise RuntimeError("a command wrote two JSON documents")
        self.written = True


def own_words(words: Sequence[str]) -> Sequence[str]:
    """The arguments that can be dlctl's options: those before `--` and before another program's arguments."""
    for index, word in enumerate(words):
        if word == "--" or tuple(words[index : index + 2]) == PASS_THROUGH:
            return words[:index]
    return words


def json_wanted(words: Sequence[str]) -> bool:
    """Whether a command line asks for JSON: `-o json`, `-ojson`, `--output json`, `--output=json`.

    The arguments are searched, not parsed: errors of an invalid command line must be JSON too.
    """
    format_ = ""
    options = own_words(words)
    for word, following in zip(options, (*options[1:], ""), strict=False):
        if found := _OUTPUT.fullmatch(word):
            format_ = found[1].removeprefix("=") or ("" if word.endswith("=") else following)
    return format_ == "json"
