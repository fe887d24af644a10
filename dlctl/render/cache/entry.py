"""What is stored of a rendered component, as JSON."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, field, to_builtins
from msgspec.structs import replace

from dlctl.errors import Location
from dlctl.manifest import JsonObject, Manifest
from dlctl.registry.prototypes.model import Requirement
from dlctl.render.engine.model import Rendered


class Entry(Struct, frozen=True):
    """A component's objects before labelling, requirements that apply, and notes, for one digest of inputs.

    `texts` has the YAML text of each object that was printed, by reference, with the metadata in it.
    """

    digest: str
    documents: tuple[Rendered, ...]
    required: tuple[Requirement, ...]
    notes: tuple[str, ...] = ()
    texts: Mapping[str, tuple[JsonObject, str]] = field(default_factory=dict)

    def text(self, manifest: Manifest) -> str:
        """The YAML text of an object of this component; empty if it was not printed with this metadata."""
        found = self.texts.get(str(manifest.ref))
        return found[1] if found and found[0] == manifest.body["metadata"] else ""

    def with_texts(self, texts: Iterable[tuple[Manifest, str]]) -> "Entry":
        """The entry with the texts of the component's objects."""
        found = {str(each.ref): (each.body["metadata"], text) for each, text in texts}
        return replace(self, texts=found)

    def data(self) -> dict[str, Any]:
        """The entry as JSON."""
        return {
            "digest": self.digest,
            "documents": [[each.value, *_place(each.location)] for each in self.documents],
            "required": [to_builtins(entry) for entry in self.required],
            "notes": self.notes,
            "texts": self.texts,
        }


def entry_of(data: Mapping[str, Any]) -> Entry:
    """The entry in stored JSON."""
    return Entry(
        data["digest"],
        tuple(Rendered(value, Location(*place)) for value, *place in data["documents"]),
        tuple(_requirement(entry) for entry in data["required"]),
        tuple(data["notes"]),
        {ref: (metadata, text) for ref, (metadata, text) in data["texts"].items()},
    )


def _requirement(data: Mapping[str, Any]) -> Requirement:
    place = data["location"]
    return Requirement(
        **{
            **data,
            "location": Location(**place) if place else None,
            "node_labels": tuple(data["node_labels"]),
            "values": tuple(data["values"]),
        }
    )


def _place(location: Location) -> tuple[str, int, int]:
    return location.path, location.line, location.column
