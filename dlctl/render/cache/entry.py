"""What is stored of a rendered component."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from dlctl.manifest import Manifest
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
    texts: dict[str, tuple[dict[str, Any], str]] = field(default_factory=dict)

    def text(self, manifest: Manifest) -> str:
        """The YAML text of an object of this component; empty if it was not printed with this metadata."""
        found = self.texts.get(str(manifest.ref)) if self.texts else None
        return found[1] if found and found[0] == manifest.body["metadata"] else ""

    def with_texts(self, texts: Iterable[tuple[Manifest, str]]) -> "Entry":
        """The entry with the texts of the component's objects."""
        found = {str(each.ref): (each.body["metadata"], text) for each, text in texts}
        return replace(self, texts=found)
