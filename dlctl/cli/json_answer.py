"""Whether a command line requests JSON, and whether the document has been written."""

import re
from collections.abc import Sequence

from msgspec import Struct

from dlctl.pattern import pattern

PASS_THROUGH = ("sandbox", "kubectl")
"""Arguments after these are passed to another program unchanged."""
_FLAGS = "yAh"
"""Short options without a value, which can be combined with `o`, as in `-yo json`."""
_OUTPUT = pattern(rf"(?:-[{_FLAGS}]*o|--output=|--output\Z)(.*)", re.DOTALL)


class JsonAnswer(Struct):
    """The JSON document of one command; exactly one is written, even if the command fails.

    With `yaml` it is YAML. With `lines` it is the last line of a stream of events.
    """

    wanted: bool = False
    written: bool = False
    yaml: bool = False
    lines: bool = False

    def begin(self) -> None:
        """Record that the document is written. Raises RuntimeError if there was one before."""
        if self.written:
            raise RuntimeError("a command wrote two JSON documents")
        self.written = True


def own_words(words: Sequence[str]) -> Sequence[str]:
    """The arguments that may be dlctl's options: before `--` and before those for another program."""
    for index, word in enumerate(words):
        if word == "--" or tuple(words[index : index + 2]) == PASS_THROUGH:
            return words[:index]
    return words


def dir_first(words: list[str]) -> list[str]:
    """Move `--dir` to the front: users may write it anywhere before `--`, as in ksonnet."""
    end = len(own_words(words))
    for index in range(end):
        if words[index] == "--dir" and index + 1 < end:
            return ["--dir", words[index + 1], *words[:index], *words[index + 2 :]]
        if words[index].startswith("--dir="):
            return [words[index], *words[:index], *words[index + 1 :]]
    return words


def answer_of(words: Sequence[str]) -> JsonAnswer:
    """The document that a command line requests: with `-o json`, `-ojson`, `--output json`, or jsonl or yaml.

    The arguments are searched, since errors of a command line that cannot be parsed are JSON too.
    """
    format_ = ""
    options = own_words(words)
    for word, following in zip(options, (*options[1:], ""), strict=False):
        if found := _OUTPUT.fullmatch(word):
            format_ = found[1].removeprefix("=") or ("" if word.endswith("=") else following)
    return JsonAnswer(format_ in ("json", "jsonl", "yaml"), yaml=format_ == "yaml", lines=format_ == "jsonl")
