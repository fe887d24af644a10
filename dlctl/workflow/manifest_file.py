"""Objects of a YAML file, as manifests of no component."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from dlctl.errors import Location, RenderError
from dlctl.kinds import cluster_scoped_kinds
from dlctl.kinds.field_path import Step
from dlctl.kinds.made_pods import makes_pods
from dlctl.manifest import Manifest, ObjectRef, ref_of
from dlctl.render.engine.model import Rendered
from dlctl.render.objects import flatten
from dlctl.render.server_fields import without_server_fields
from dlctl.yamlio.load import Document, load_all, read_text


class ObjectFile(Struct, frozen=True):
    """The objects of a file, and the documents that they are in."""

    documents: tuple[Document, ...]
    objects: tuple[Rendered, ...]
    path: str

    def require_pods(self) -> None:
        """Raise RenderError where no object creates pods."""
        if not any(makes_pods(each.value) for each in self.objects):
            raise RenderError(
                "no object creates pods",
                location=Location(self.path, 1),
                hint="name a file with a Pod, a Deployment, a Job or another object that creates pods",
            )

    def manifests(self, namespace: str) -> tuple[Manifest, ...]:
        """The objects; those that state no namespace are in this one."""
        scoped = cluster_scoped_kinds((each.value for each in self.objects), {})
        return tuple(_manifests(self.objects, namespace, scoped))

    def place(self, kind: str, name: str, path: tuple[Step, ...]) -> Location | None:
        """Where a field of an object is; None where the object is in a list."""
        for document in self.documents:
            found = ref_of(document.value) if isinstance(document.value, dict) else None
            if found and (found.kind, found.name) == (kind, name):
                return document.location(path)
        return None


def read_objects(path: Path) -> ObjectFile:
    """The objects of a YAML file. Raises YamlError, RenderError for something that is no object."""
    return objects_in(read_text(path), str(path))


def objects_in(text: str, shown: str) -> ObjectFile:
    """The objects of a YAML text; `shown` is its path in errors. Raises YamlError, RenderError."""
    documents = load_all(text, shown)
    stated = [Rendered(each.value, each.location()) for each in documents if each.value is not None]
    objects = tuple(without_server_fields(each)[0] for each in flatten(stated))
    return ObjectFile(tuple(documents), objects, shown)


def _manifests(
    objects: tuple[Rendered, ...], namespace: str, cluster_scoped: frozenset[object]
) -> Iterator[Manifest]:
    for each in objects:
        stated = ref_of(each.value)
        own = "" if stated.group_kind in cluster_scoped else stated.namespace or namespace
        ref = ObjectRef(stated.group, stated.kind, own, stated.name)
        yield Manifest(ref, str(each.value["apiVersion"]), each.value, "", each.location)
