"""Whether an invocation was asked for JSON, and whether it has written its document."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

PASS_THROUGH = ("sandbox", "kubectl")
"""Arguments after these are passed to another program unchanged."""
_FLAGS = "yAh"
"""Short options without a value: they may stand before `o` in one word, as in `-yo json`."""
_OUTPUT = re.compile(rf"(?:-[{_FLAGS}]*o|--output=|--output\Z)(.*)", re.DOTALL)


@dataclass(slots=True)
class JsonAnswer:
    """The JSON document of one invocation: at most one is written, also where the command fails."""

    wanted: bool = False
    written: bool = False

    def begin(self) -> None:
        """Note that the document is about to be written. Raises RuntimeError where one was before."""
        if self.written:
            raise RuntimeError("a command wrote two JSON documents")
        self.written = True


def own_words(words: Sequence[str]) -> Sequence[str]:
    """The words that may be our options: up to `--` and to what goes to another program."""
    for index, word in enumerate(words):
        if word == "--" or tuple(words[index : index + 2]) == PASS_THROUGH:
            return words[:index]
    return words


def json_wanted(words: Sequence[str]) -> bool:
    """Whether a command line asks for JSON: `-o json`, `-ojson`, `--output json`, `--output=json`.

    It is read from the words, since a command line that cannot be parsed is to be answered in JSON too.
    """
    format_ = ""
    options = own_words(words)
    for word, following in zip(options, (*options[1:], ""), strict=False):
        if found := _OUTPUT.fullmatch(word):
            format_ = found[1].removeprefix("=") or ("" if word.endswith("=") else following)
    return format_ == "json"
