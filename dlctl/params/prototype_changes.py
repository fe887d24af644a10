"""How the parameters of a prototype differ between two versions of its package."""

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from dlctl.json_values import same_json
from dlctl.params.described_type import describe_type, schema_types, shorten
from dlctl.registry.prototypes.model import ParamSpec, Prototype
from dlctl.text import HIDDEN

_TEXTS = ("description", "default", "x-aliases", "x-rule", "title", "examples")
"""Keywords that do not restrict a value."""


class Kind(StrEnum):
    """What happened to a parameter."""

    ADDED = "added"
    REMOVED = "removed"
    RETYPED = "retyped"
    REQUIRED = "required"
    DEFAULT = "default changed"


class ParamChange(Struct, frozen=True):
    """One change of a parameter: `names` are its name and aliases, `before` and `after` describe it.

    It breaks a component that sets the parameter, or one that does not, as the two flags state.
    """

    kind: Kind
    names: tuple[str, ...]
    before: str
    after: str
    breaks_if_set: bool = False
    breaks_if_unset: bool = False

    @property
    def text(self) -> str:
        """The change in one line."""
        name = self.names[0]
        if self.kind is Kind.ADDED:
            return f"parameter {name} is new ({self.after})"
        if self.kind is Kind.REMOVED:
            return f"parameter {name} was removed"
        if self.kind is Kind.REQUIRED:
            return f"parameter {name} is required now"
        what = "default of parameter" if self.kind is Kind.DEFAULT else "type of parameter"
        return f"{what} {name} was {self.before}, and is {self.after} now"


def param_changes(before: Prototype, after: Prototype) -> tuple[ParamChange, ...]:
    """Every change, in the order of the new version's parameters; removed ones last."""
    found: list[ParamChange] = []
    known: set[str] = set()
    for spec in after.params.values():
        old = before.spec(spec.name) or next((o for a in spec.aliases if (o := before.spec(a))), None)
        if old is None:
            found.append(_added(spec))
        else:
            known.add(old.name)
            found += _changes(old, spec)
    removed = (spec for spec in before.params.values() if spec.name not in known)
    found += (ParamChange(Kind.REMOVED, _names(spec), "", "", breaks_if_set=True) for spec in removed)
    return tuple(found)


def _added(spec: ParamSpec) -> ParamChange:
    return ParamChange(
        Kind.ADDED, _names(spec), "", _default(spec), breaks_if_unset=spec.required and not spec.has_default
    )


def _changes(old: ParamSpec, new: ParamSpec) -> Iterator[ParamChange]:
    names = tuple(dict.fromkeys((new.name, *_names(old), *new.aliases)))
    if not same_json(_restrictions(old.schema), _restrictions(new.schema)):
        before, after = schema_types(old.schema), schema_types(new.schema)
        breaking = bool(after) and not before <= after | ({"integer"} if "number" in after else set())
        one, other = describe_type(old.shown_schema), describe_type(new.shown_schema)
        if one != other:
            yield ParamChange(Kind.RETYPED, names, one, other, breaks_if_set=breaking)
    if new.required and not new.has_default and not (old.required and not old.has_default):
        yield ParamChange(Kind.REQUIRED, names, "", "", breaks_if_unset=True)
    elif not same_json(old.default, new.default) or old.has_default != new.has_default:
        yield ParamChange(Kind.DEFAULT, names, _value(old), _value(new))


def _names(spec: ParamSpec) -> tuple[str, ...]:
    return (spec.name, *spec.aliases)


def _restrictions(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key not in _TEXTS}


def _default(spec: ParamSpec) -> str:
    if spec.has_default:
        return f"default {_value(spec)}"
    return "required" if spec.required else "unset"


def _value(spec: ParamSpec) -> str:
    if not spec.has_default:
        return "unset"
    return HIDDEN if spec.secret else shorten(json.dumps(spec.default, ensure_ascii=False), 80)
