"""Paths of fields in objects, some steps of which stand for every key or every item.

`spec.tasks[].template` is each item's, `spec.tfReplicaSpecs.*.template` each key's, and
`metadata.annotations[example.com/key]` has a key with dots.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from dlctl.pattern import pattern

ANY_KEY = "*"
ANY_ITEM = "[]"
Step = str | int
Found = tuple[tuple[Step, ...], Any]
"""The steps to a value, and the value."""

_STEP = pattern(r"\[\]|\[([^\]]+)\]|([^.\[\]]+)")


@lru_cache(maxsize=512)
def steps(path: str) -> tuple[str, ...]:
    """The steps of a path, with ANY_KEY and ANY_ITEM."""
    return tuple(match[1] or match[2] or ANY_ITEM for match in _STEP.finditer(path))


def every(value: Any, path: str) -> Iterator[Found]:
    """Each place of a value that a path leads to."""
    yield from _every(value, steps(path), ())


def _every(value: Any, rest: Sequence[str], taken: tuple[Step, ...]) -> Iterator[Found]:
    if not rest:
        yield taken, value
    elif rest[0] == ANY_ITEM:
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield from _every(item, rest[1:], (*taken, index))
    elif isinstance(value, Mapping):
        for key in value if rest[0] == ANY_KEY else (rest[0],):
            if key in value:
                yield from _every(value[key], rest[1:], (*taken, key))


def at(value: Any, path: str, bound: Sequence[Step] = ()) -> Any:
    """The value at a path; None where there is none.

    `bound` has what the steps for every key or item stand for: the steps of another path, which begins alike.
    """
    for index, step in enumerate(steps(path)):
        value = _child(value, bound[index] if step in (ANY_KEY, ANY_ITEM) else step)
    return value


def follow(value: Any, taken: Sequence[Step]) -> Any:
    """The value at the end of steps; None where there is none."""
    for step in taken:
        value = _child(value, step)
    return value


def _child(value: Any, step: Step) -> Any:
    if isinstance(step, int):
        return value[step] if isinstance(value, list) and step < len(value) else None
    return value.get(step) if isinstance(value, Mapping) else None


def written(taken: Sequence[Step]) -> str:
    """The steps as people write them: `spec.tasks[0].template`, `metadata.labels[example.com/key]`."""
    return "".join(_written(step) for step in taken).removeprefix(".")


def _written(step: Step) -> str:
    return f"[{step}]" if isinstance(step, int) or "." in step or "/" in step else f".{step}"


def read_written(path: str) -> tuple[Step, ...]:
    """The steps of a path that `written` wrote."""
    return tuple(
        int(match[1]) if (match[1] or "").isdecimal() else match[1] or match[2]
        for match in _STEP.finditer(path)
    )
