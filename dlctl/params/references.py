"""References to secrets: a `writeOnly` parameter whose value stands somewhere else."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.model import FROM_SOPS
from dlctl.errors import Location, ParamError
from dlctl.params.model import Param, ParamSet
from dlctl.registry.prototypes.model import ROLES, ParamSpec

FROM_ENV, FROM_FILE = "fromEnv", "fromFile"
KEYS = (FROM_ENV, FROM_FILE)
"""The keys of references that people write; those to params.sops.yaml are made of it."""


class Reference(Struct, frozen=True):
    """Where a secret stands: the name of an environment variable, the path of a file, or FILE#PATH."""

    source: str
    name: str

    @property
    def stand_in(self) -> str:
        """The value where the secret is not read; it is masked like a secret."""
        return f"<{self.source} {self.name}>"

    def __str__(self) -> str:
        return f"environment variable {self.name}" if self.source == FROM_ENV else f"file {self.name}"

    @property
    def place(self) -> tuple[str, tuple[str, ...]]:
        """The file of a value that SOPS has encrypted, and the value's path in it."""
        file, _, path = self.name.partition("#")
        return file, tuple(path.split("/"))


Read = Callable[[Reference, Location | None], str]
"""Reads the secret of a reference, which stands at a place. Raises ParamError."""


def reference_of(value: Any) -> Reference | None:
    """The reference that a value is; None for any other value."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return None
    source, name = next(iter(value.items()))
    return (
        Reference(source, name) if source in (*KEYS, FROM_SOPS) and isinstance(name, str) and name else None
    )


def is_elsewhere(value: Any) -> bool:
    """Whether a value is a reference to a secret, or a mapping whose entries all are."""
    entries = tuple(value.values()) if isinstance(value, Mapping) else ()
    return reference_of(value) is not None or (bool(entries) and None not in map(reference_of, entries))


def looks_like_reference(value: Any) -> bool:
    """Whether somebody may have written a value as a reference; other keys may have been merged into it."""
    return isinstance(value, Mapping) and any(key in KEYS for key in value)


def entry_references(spec: ParamSpec, value: Any) -> dict[str, Reference]:
    """The references among the entries of a mapping that are secret strings, by their keys.

    None are the entries of a mapping that is a reference itself.
    """
    if not isinstance(value, Mapping):
        return {}
    found = {key: reference for key, entry in value.items() if (reference := reference_of(entry)) is not None}
    return {key: reference for key, reference in found.items() if _is_secret_entry(spec, key)}


def with_whole_entries(spec: ParamSpec, lower: Any, stated: Any, merged: Any) -> Any:
    """The merged value of a mapping, where a reference replaces an entry as a whole, and is replaced so."""
    whole = {*entry_references(spec, lower), *entry_references(spec, stated)}
    if not whole or not isinstance(stated, Mapping):
        return merged
    return {key: stated[key] if key in whole and key in stated else value for key, value in merged.items()}


def has_secret_entries(spec: ParamSpec) -> bool:
    """Whether a parameter is a mapping with entries of any name that are secret strings."""
    return _is_secret_entry(spec, "")


def _is_secret_entry(spec: ParamSpec, key: Any) -> bool:
    declared = spec.schema.get("properties", {}).get(key, spec.schema.get("additionalProperties"))
    return (
        isinstance(declared, Mapping) and bool(declared.get("writeOnly")) and declared.get("type") == "string"
    )


def misspelt_key(value: Any) -> str | None:
    """The key of a mapping that looks like a reference and is none, such as `fromFiel`; else None."""
    if not isinstance(value, Mapping) or len(value) != 1 or reference_of(value) is not None:
        return None
    from dlctl.suggest import nearest

    key = next(iter(value))
    if not isinstance(key, str):
        return None
    like = key.lower().startswith("from") or nearest(key, KEYS) is not None
    return key if like else None


def misspelt_hint(key: str) -> str:
    """What to write instead of a key that looks like that of a reference."""
    from dlctl.suggest import did_you_mean

    return did_you_mean(key if key not in KEYS else "", KEYS) or "write {fromEnv: NAME} or {fromFile: PATH}"


def with_references(params: ParamSet, read: Read | None) -> ParamSet:
    """The parameters with the secrets that they refer to; without `read` with placeholders.

    Raises ParamError for a secret that cannot be read.
    """
    for param in params.params.values():
        _check_sops(param)
    if any(_is_referred(param) for param in params.params.values()):
        params = replace(params, params={name: _read(param, read) for name, param in params.params.items()})
    return _with_those_of_roles(params, read)


def _with_those_of_roles(params: ParamSet, read: Read | None) -> ParamSet:
    """The same for the secrets of single roles, in the parameter `roles`."""
    roles = params.params.get(ROLES)
    if roles is None:
        return params
    from dlctl.registry.prototypes.roles import in_roles

    found = in_roles(
        roles.value,
        lambda _, own: {name: _read_of_role(params, roles, name, value, read) for name, value in own.items()},
    )
    if found == roles.value:
        return params
    return replace(
        params, params={**params.params, ROLES: replace(roles, value=found, referred=read is None)}
    )


def _read_of_role(params: ParamSet, roles: Param, name: str, value: Any, read: Read | None) -> Any:
    param = params.params.get(name)
    if param is None or reference_of(value) is None:
        return value
    return _read(replace(param, value=value, origin=roles.origin), read).value


def _check_sops(param: Param) -> None:
    """Raise ParamError for a parameter that is not secret in params.sops.yaml."""
    reference = None if param.spec.secret else reference_of(param.value)
    if reference is not None and reference.source == FROM_SOPS:
        raise ParamError(
            f"parameter '{param.spec.name}' is not secret, and cannot be read from {reference.place[0]}",
            location=param.origin.location,
            hint="move it to the params.yaml beside it; secret parameters are 'writeOnly'",
        )


def _is_referred(param: Param) -> bool:
    return param.spec.secret and (
        reference_of(param.value) is not None or bool(entry_references(param.spec, param.value))
    )


def _read(param: Param, read: Read | None) -> Param:
    if entries := entry_references(param.spec, param.value):
        _refuse_default(param, next(iter(entries.values())))
        there = {key: _secret(param, reference, read) for key, reference in entries.items()}
        return replace(param, value={**param.value, **there}, referred=read is None)
    reference = reference_of(param.value) if param.spec.secret else None
    if reference is None:
        return param
    _refuse_default(param, reference)
    if "string" not in param.spec.types and param.spec.types:
        raise ParamError(
            f"parameter '{param.spec.name}' is not a string, so it cannot refer to a secret",
            location=param.origin.location,
            hint="only strings can be read from an environment variable, a file or params.sops.yaml",
        )
    return replace(param, value=_secret(param, reference, read), referred=read is None)


def _secret(param: Param, reference: Reference, read: Read | None) -> str:
    return reference.stand_in if read is None else read(reference, param.origin.location)


def _refuse_default(param: Param, reference: Reference) -> None:
    if param.origin.location == param.spec.location:
        raise ParamError(
            f"the default of parameter '{param.spec.name}' refers to {reference}: only values of the app may",
            location=param.spec.location,
            hint="give the parameter a value of its own",
        )
