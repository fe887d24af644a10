"""Read what a readiness file states of other objects: which it names, who names it, which jobs it holds."""

import re

from dlctl.app import readiness_keys
from dlctl.app.reader import Reader
from dlctl.errors import RegistryError
from dlctl.manifest import GroupKind
from dlctl.registry.prototypes.readiness_rules import optional_path
from dlctl.status.readiness import Holds, Layer, NamedBy, Reference
from dlctl.text import enumerated

_KIND = re.compile(r"([A-Z][A-Za-z0-9]{0,62})(?:\.([a-z0-9][-a-z0-9.]*))?")


def read_references(reader: Reader) -> tuple[Reference, ...]:
    """The fields that name objects. Raises AppError or RegistryError."""
    return tuple(map(_reference, reader.readers("references")))


def _reference(reader: Reader) -> Reference:
    reader.only(*readiness_keys.READINESS_REFERENCE)
    reader.required_text("field")
    found = _KIND.fullmatch(reader.required_text("kind"))
    if not found:
        raise RegistryError(
            f"'{reader.text('kind')}' is not a kind",
            location=reader.place("kind"),
            hint="write KIND.GROUP, or KIND for one of the core group",
        )
    return Reference(optional_path(reader, "field"), GroupKind(found[2] or "", found[1]))


def read_named_by(reader: Reader) -> NamedBy:
    """How others name an object of this kind. Raises AppError."""
    named = reader.child("namedBy")
    if named is None:
        return NamedBy()
    named.only(*readiness_keys.READINESS_NAMED_BY)
    return NamedBy(named.texts("fields"), named.texts("labels"))


def read_holds(reader: Reader) -> Holds | None:
    """What the objects of this kind hold; None where they hold nothing. Raises AppError or RegistryError."""
    holds = reader.child("holds")
    if holds is None:
        return None
    holds.only(*readiness_keys.READINESS_HOLDS)
    layer, layers = holds.required_text("layer"), [each.value for each in Layer]
    if layer not in layers:
        raise RegistryError(f"'layer' must be {enumerated(layers)}", location=holds.place("layer"))
    return Holds(
        Layer(layer),
        holds.text("jobLabel"),
        holds.text("ownerLabel"),
        optional_path(holds, "queue"),
        optional_path(holds, "size"),
        optional_path(holds, "active"),
    )
