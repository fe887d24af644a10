"""Names of parameters that lead into mappings."""

from dlctl.errors import ParamError


def split_name(name: str) -> tuple[str, ...]:
    r"""A dotted name to its steps; `\.` stands for a dot inside a step."""
    steps = name.replace("\\.", "\0").split(".")
    if any(not step for step in steps):
        raise ParamError(f"'{name}' is not a parameter's name", hint="a name, or NAME.KEY.KEY")
    return tuple(step.replace("\0", ".") for step in steps)
