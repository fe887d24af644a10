"""Dotted parameter names, which refer to values inside mappings."""

from dlctl.errors import ParamError


def split_name(name: str) -> tuple[str, ...]:
    r"""Split a dotted name; `\.` is a dot inside a step. Raises ParamError for an empty step."""
    steps = name.replace("\\.", "\0").split(".")
    if any(not step for step in steps):
        raise ParamError(
            f"'{name}' is not a valid parameter name",
            hint="use NAME, or NAME.KEY for a value inside a mapping",
        )
    return tuple(step.replace("\0", ".") for step in steps)
