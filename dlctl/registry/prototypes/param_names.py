"""Checks of parameter names."""

from dlctl.errors import Location, RegistryError
from dlctl.pattern import pattern

_SNAKE_CASE = pattern(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")
_ALIAS = pattern(r"[A-Za-z][A-Za-z0-9_]*\Z")
RESERVED = frozenset(
    {
        "name",
        "namespace",
        "values",
        "help",
        "set",
        "output",
        "yes",
        "dir",
        "env",
        "if_exists",
        "if_missing",
        "shell",
    }
)
"""Options of `generate` and of all commands: a parameter of that name could not be passed."""


def check_param_name(name: str, location: Location | None, *, alias: bool = False) -> None:
    """Raise RegistryError for a name that is not snake_case or that is a command-line option."""
    if name in RESERVED:
        raise RegistryError(
            f"'{name}' is not a valid name for a parameter: it is a command-line option", location=location
        )
    if not (_ALIAS if alias else _SNAKE_CASE).match(name):
        raise RegistryError(
            f"'{name}' is not a valid name for a parameter",
            location=location,
            hint="use snake_case: lowercase letters, digits and '_'",
        )
