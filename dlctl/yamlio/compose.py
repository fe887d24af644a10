"""Parse YAML text to nodes with positions: libyaml's composer, with a depth limit and our own errors."""

import contextlib
from typing import Any, cast

import yaml
from yaml.cyaml import CSafeLoader  # where it cannot be loaded, yaml itself only lacks it

from dlctl.errors import Location, YamlError
from dlctl.pattern import pattern
from dlctl.yamlio.core_schema import STR

MAX_DEPTH = 200
"""The deepest nesting that a document may have; the C composer is recursive."""

_COMPACT_NESTING = pattern(rf"(?:[-?:][ \t]+){{{MAX_DEPTH + 1}}}")
"""`- - - - …` nests at every dash, and can overflow the C stack just as brackets can."""

_BRACKET = pattern(r"[\[\]{}]")

MAP = "tag:yaml.org,2002:map"
SEQ = "tag:yaml.org,2002:seq"

PLAIN = "plain"
"""The tag for a scalar that has no quotes and no explicit tag."""


class _Loader(CSafeLoader):
    """libyaml's parser; plain scalars are resolved later, by `core_schema`."""

    def resolve(self, kind: type[yaml.Node], value: str, implicit: Any) -> str:
        """The tag of a node without an explicit one; PyYAML would apply the rules of YAML 1.1."""
        if kind is yaml.ScalarNode:
            return PLAIN if implicit[0] else STR
        return MAP if kind is yaml.MappingNode else SEQ


def compose(text: str, path: str) -> list[yaml.Node]:
    """The root node of each document. Raises YamlError with line and column if the text is not YAML."""
    loader = _loader(text, path)
    nodes: list[yaml.Node] = []
    try:
        while loader.check_node():
            nodes.append(cast(yaml.Node, loader.get_node()))
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, path, text) from error
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
        raise YamlError("invalid Unicode: unpaired surrogate", location=place) from error


def _may_be_deep(text: str) -> bool:
    """A quick check that also counts brackets in strings and comments."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(text) if text.count("[") + text.count("{") > MAX_DEPTH else ():
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest > MAX_DEPTH or _COMPACT_NESTING.search(text) is not None


def _refuse_deep(text: str, path: str) -> None:
    """Refuse deep nesting before the composer, which would overflow the C stack; events do not recurse."""
    depth = 0
    with contextlib.suppress(yaml.MarkedYAMLError):  # the composer reports it
        for event in yaml.parse(text, Loader=CSafeLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > MAX_DEPTH and event.start_mark:
                mark = event.start_mark
                place = Location(path, mark.line + 1, mark.column + 1)
                raise YamlError(f"nested more than {MAX_DEPTH} levels deep", location=place)


def place_after(path: str, before: str) -> Location:
    """The place in a file directly after the text `before`."""
    lines = before.split("\n")
    return Location(path, len(lines), len(lines[-1]) + 1)


def _syntax_error(error: yaml.MarkedYAMLError, path: str, text: str) -> YamlError:
    mark = error.problem_mark or error.context_mark
    location = Location(path, mark.line + 1, mark.column + 1) if mark else Location(path)
    problem = error.problem or error.context or "syntax error"
    if problem == "second occurrence" and error.context_mark:
        problem = f"anchor already defined in line {error.context_mark.line + 1}"
    hint = _syntax_hint(error, problem, text)
    return YamlError(f"invalid YAML: {problem}", location=location, hint=hint)


def _syntax_hint(error: yaml.MarkedYAMLError, problem: str, text: str) -> str | None:
    """What is likely to be mended, and where."""
    if error.problem_mark and _is_tab(text, error.problem_mark.line, error.problem_mark.column):
        return "there is a tab: indent with spaces"
    if "cannot start any token" in problem:
        return "quote a value that starts with a special character"
    if "mapping values are not allowed" in problem:
        return "quote a value that contains ': '"
    opened = f" in line {error.context_mark.line + 1}" if error.context_mark else ""
    if "expected ','" in problem:
        return f"close the bracket that is opened{opened}, or quote a value that contains ': ' or ','"
    if "expected key" in problem or "expected '-' indicator" in problem:
        return f"begin the lines of one mapping or list, which begins{opened}, in the same column"
    return None


def _is_tab(text: str, line: int, column: int) -> bool:
    """Whether what indents a line, to the character at a column, has a tab."""
    indent = text.split("\n")[line][: column + 1] if line <= text.count("\n") else ""
    return "\t" in indent and not indent.strip()


def _reader_error(error: yaml.reader.ReaderError, text: str, path: str) -> YamlError:
    position = error.position if isinstance(error.position, int) else 0
    before = text.encode("utf-8", "replace")[:position].decode("utf-8", "ignore")
    return YamlError(
        f"invalid character ({error.reason})",
        location=place_after(path, before),
        hint="write it as an escape sequence in double quotes",
    )
