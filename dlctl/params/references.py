"""References to secrets: a `writeOnly` parameter whose value stands somewhere else."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dlctl.errors import Location, ParamError
from dlctl.params.model import Param, ParamSet

FROM_ENV, FROM_FILE = "fromEnv", "fromFile"
KEYS = (FROM_ENV, FROM_FILE)


class Reference(Struct, frozen=True):
    """Where a secret stands: the name of an environment variable, or the path of a file."""

    source: str
    name: str

    @property
    def stand_in(self) -> str:
        """The value where the secret is not read; it is masked like a secret."""
        return f"<{self.source} {self.name}>"

    def __str__(self) -> str:
        return f"environment variable {self.name}" if self.source == FROM_ENV else f"file {self.name}"


Read = Callable[[Reference, Location | None], str]
"""Reads the secret of a reference, which stands at a place. Raises ParamError."""


def reference_of(value: Any) -> Reference | None:
    """The reference that a value is; None for any other value."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return None
    source, name = next(iter(value.items()))
    return Reference(source, name) if source in KEYS and isinstance(name, str) and name else None


def with_references(params: ParamSet, read: Read | None) -> ParamSet:
    """The parameters with the secrets that they refer to; without `read` with stand-ins.

    Raises ParamError for a secret that cannot be read.
    """
    if not any(_is_referred(param) for param in params.params.values()):
        return params
    return replace(params, params={name: _read(param, read) for name, param in params.params.items()})


def _is_referred(param: Param) -> bool:
    return param.spec.secret and reference_of(param.value) is not None


def _read(param: Param, read: Read | None) -> Param:
    reference = reference_of(param.value) if param.spec.secret else None
    if reference is None:
        return param
    if "string" not in param.spec.types and param.spec.types:
        raise ParamError(
            f"parameter '{param.spec.name}' is no string, so that it cannot refer to a secret",
            location=param.origin.location,
            hint="only strings can be read from an environment variable or a file",
        )
    value = reference.stand_in if read is None else read(reference, param.origin.location)
    return replace(param, value=value, referred=read is None)
