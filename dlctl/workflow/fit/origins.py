"""Who asks for what pods do not get: the parameter of a component, or the line of a file."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from dlctl.errors import DlctlError, Location
from dlctl.kinds.field_path import read_written
from dlctl.nodes.fit.report import GroupFit, Reason
from dlctl.params.model import Param
from dlctl.render.field_origins import FieldRef
from dlctl.workflow.fit.node_check import ClusterFit
from dlctl.workflow.manifest_file import ObjectFile
from dlctl.workflow.render import Selection
from dlctl.workflow.session import Session

MOST = 3
"""The most parameters that are named for one field."""


class AskedBy(Struct, frozen=True):
    """What asks for a field: a parameter with its value (None where it is a secret), or a line of a file."""

    location: Location | None
    layer: str = ""
    param: str = ""
    value: Any = None

    def __str__(self) -> str:
        place = f"{self.location.path}:{self.location.line}" if self.location else ""
        if not self.param:
            return place
        value = "" if self.value is None else f" {_short(self.value)}"
        return f"{self.param}{value} from {place or self.layer}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:37]}…"


Origins = Mapping[FieldRef, tuple[AskedBy, ...]]


def fields_of(fit: ClusterFit) -> dict[str, list[FieldRef]]:
    """The fields of all reasons, by component."""
    found: dict[str, dict[FieldRef, None]] = {}
    for part in fit.components:
        for group in part.groups:
            for reason in filter(_names_field, group.reasons):
                found.setdefault(part.component, {})[field_of(group, reason)] = None
    return {name: list(fields) for name, fields in found.items()}


def _names_field(reason: Reason) -> bool:
    return bool(reason.field)


def field_of(group: GroupFit, reason: Reason) -> FieldRef:
    """The field that a reason is about."""
    return FieldRef(group.request.kind, group.request.name, read_written(reason.field))


def origins_by_params(session: Session, environment: str, selection: Selection, fit: ClusterFit) -> Origins:
    """The parameters that ask for each field of the reasons; none where they cannot be told."""
    found: dict[FieldRef, tuple[AskedBy, ...]] = {}
    for component, fields in fields_of(fit).items():
        try:
            params = session.origins(environment, selection, component, fields)
        except DlctlError:
            continue  # it was rendered before: what fails now is only the second rendering
        for field, every in params.items():
            found[field] = tuple(map(_asked_by, every[:MOST]))
    return found


def _asked_by(param: Param) -> AskedBy:
    value = None if param.spec.secret else param.value
    return AskedBy(param.origin.location, param.origin.layer, param.spec.name, value)


def origins_in_file(file: ObjectFile, fit: ClusterFit) -> Origins:
    """The line of the file for each field of the reasons."""
    return dict(_lines(file, fit))


def _lines(file: ObjectFile, fit: ClusterFit) -> Iterator[tuple[FieldRef, tuple[AskedBy, ...]]]:
    for fields in fields_of(fit).values():
        for field in fields:
            if place := file.place(field.kind, field.name, field.path):
                yield field, (AskedBy(place),)
