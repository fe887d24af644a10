"""Which names parameters may have."""

import re

from dlctl.errors import Location, RegistryError

_SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")
_ALIAS = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
RESERVED = frozenset(
    {"name", "namespace", "values", "help", "set", "output", "yes", "dir", "env", "if_missing", "shell"}
)
    {"name", "namespace", "values", "help", "set", "output", "yes", "dir", "env", "if_missing", "shell"}
)
"""Options of `generate` and of every command: a parameter of that name could not be given."""


def check_param_name(name: str, location: Location | None, *, alias: bool = False) -> None:
    """Raise RegistryError for a name that is not snake_case or that is an option of the command line."""
    if name in RESERVED:
        raise RegistryError(
            f"no parameter may be called '{name}', which is an option of the command line", location=location
        )
    if not (_ALIAS if alias else _SNAKE_CASE).match(name):
        raise RegistryError(
            f"'{name}' cannot be the name of a parameter",
            location=location,
            hint="use snake_case: lower-case letters, digits and '_'",
        )
