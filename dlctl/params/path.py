"""Dotted parameter names, which refer to values inside mappings."""

from dlctl.errors import ParamError

DEEPEST = 100
"""The most steps of a name: files may be twice as deep, and a value has levels of its own."""


def split_name(name: str) -> tuple[str, ...]:
    r"""Split a dotted name; `\.` is a dot inside a step. Raises ParamError for an empty step, or too many."""
    steps = name.replace("\\.", "\0").split(".")
    if any(not step for step in steps):
        raise ParamError(
            f"'{name}' is not a valid parameter name",
            hint="use NAME, or NAME.KEY for a value inside a mapping",
        )
    if len(steps) > DEEPEST:
        raise ParamError(f"'{name[:60]}…' has more than {DEEPEST} steps", hint="set a mapping as a whole")
    return tuple(step.replace("\0", ".") for step in steps)
