"""YAML text to nodes with places: libyaml's composer, its errors in our words, and never too deep."""

import contextlib
import re
from typing import Any, cast

import yaml

from dlctl.errors import Location, YamlError
from dlctl.yamlio.core_schema import STR

MAX_DEPTH = 200
"""Nesting that a document may have; the C composer itself recurses."""

_COMPACT_NESTING = re.compile(rf"(?:[-?:][ \t]+){{{MAX_DEPTH + 1}}}")
"""`- - - - …` nests at every dash, and overflows the C stack as brackets do."""

MAP = "tag:yaml.org,2002:map"
SEQ = "tag:yaml.org,2002:seq"

PLAIN = "plain"
"""The tag given here to a scalar without quotes and without a tag of its own."""


class _Loader(yaml.CSafeLoader):
    """libyaml's parser, which leaves plain scalars to the core schema below."""

    def resolve(self, kind: type[yaml.Node], value: str, implicit: Any) -> str:
        """The tag of a node that states none; PyYAML would apply YAML 1.1's rules here."""
        if kind is yaml.ScalarNode:
            return PLAIN if implicit[0] else STR
        return MAP if kind is yaml.MappingNode else SEQ


def compose(text: str, path: str) -> list[yaml.Node]:
    """The root node of each document; YamlError, with line and column, for a text that is not YAML."""
    loader = _loader(text, path)
    nodes: list[yaml.Node] = []
    try:
        while loader.check_node():
            nodes.append(cast(yaml.Node, loader.get_node()))
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, path) from error
    except yaml.reader.ReaderError as error:
        raise _reader_error(error, text, path) from error
    except RecursionError as error:
        raise YamlError("nested too deeply", location=Location(path)) from error
    finally:
        loader.dispose()
    return nodes


def _loader(text: str, path: str) -> _Loader:
    try:
        if _may_be_deep(text):
            _refuse_deep(text, path)
        return _Loader(text)
    except yaml.reader.ReaderError as error:
        raise _reader_error(error, text, path) from error
    except UnicodeEncodeError as error:
        place = place_after(path, text[: error.start])
        raise YamlError("a lone surrogate, which is not text", location=place) from error


def _may_be_deep(text: str) -> bool:
    """A quick look: brackets in texts and comments count too."""
    depth = deepest = 0
    for character in text if text.count("[") + text.count("{") > MAX_DEPTH else "":
        depth += (character in "[{") - (character in "]}")
        deepest = max(deepest, depth)
    return deepest > MAX_DEPTH or _COMPACT_NESTING.search(text) is not None


def _refuse_deep(text: str, path: str) -> None:
    """The composer would overflow the C stack; the parser's events come one by one."""
    depth = 0
    with contextlib.suppress(yaml.MarkedYAMLError):  # which the composer will meet again
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > MAX_DEPTH and event.start_mark:
                mark = event.start_mark
                place = Location(path, mark.line + 1, mark.column + 1)
                raise YamlError(f"nested more than {MAX_DEPTH} deep", location=place)


def place_after(path: str, before: str) -> Location:
    """The place in a file after the text that stands before it."""
    lines = before.split("\n")
    return Location(path, len(lines), len(lines[-1]) + 1)


def _syntax_error(error: yaml.MarkedYAMLError, path: str) -> YamlError:
    mark = error.problem_mark or error.context_mark
    location = Location(path, mark.line + 1, mark.column + 1) if mark else Location(path)
    problem = error.problem or error.context or "not YAML"
    hint = None
    if problem == "second occurrence" and error.context_mark:
        problem = f"an anchor that stands in line {error.context_mark.line + 1} already"
    elif "cannot start any token" in problem:
        hint = "indent with spaces, not tabs; quote a value that starts with a special character"
    elif "mapping values are not allowed" in problem:
        hint = "quote a value that contains ': '"
    return YamlError(f"not YAML: {problem}", location=location, hint=hint)


def _reader_error(error: yaml.reader.ReaderError, text: str, path: str) -> YamlError:
    position = error.position if isinstance(error.position, int) else 0
    before = text.encode("utf-8", "replace")[:position].decode("utf-8", "ignore")
    return YamlError(
        f"a character that YAML does not allow ({error.reason})",
        location=place_after(path, before),
        hint="write it as an escape in double quotes",
    )
