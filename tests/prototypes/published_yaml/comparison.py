"""Objects of a seed beside what a prototype makes of parameters: equal but for the listed changes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from dlctl.labels import APP, COMPONENT, ENVIRONMENT, INSTANCE, MANAGED_BY, NAME, PART_OF
from tests.prototypes.examples import render
from tests.prototypes.published_yaml.fields import Change, Fields, differences, fields_of
from tests.prototypes.published_yaml.text import Block

OURS = frozenset({NAME, INSTANCE, PART_OF, MANAGED_BY, APP, ENVIRONMENT, COMPONENT})
"""Labels that every object of an app bears; no seed has one of them."""


class Comparison(Struct, frozen=True):
    """Blocks of a seed, and the component that gives the same objects.

    Paths in `changes` begin with the object's kind, or `Kind/name` where there are several of the kind.
    """

    name: str
    blocks: tuple[Block, ...]
    prototype: str
    component: str
    params: Mapping[str, Any]
    changes: tuple[Change, ...] = ()
    namespace: str = "default"

    def __str__(self) -> str:
        return self.name

    def expected(self, objects: Iterable[Any] | None = None) -> Fields:
        """The seed's fields (or those of `objects` in its place), changed as is listed."""
        found = [block.object() for block in self.blocks] if objects is None else objects
        fields = fields_of(_by_kind([_placed(body, self.namespace) for body in found]))
        for change in self.changes:
            fields = change(fields)
        return fields

    def made(self, app: Path, params: Mapping[str, Any] | None = None) -> Fields:
        """The fields of what the prototype makes, rendered in the empty folder `app`."""
        given = self.params if params is None else params
        manifests = render(self.prototype, given, app, name=self.component, namespace=self.namespace)
        return fields_of(_by_kind([_bare(_placed(manifest.body, self.namespace)) for manifest in manifests]))

    def differences(self, app: Path, params: Mapping[str, Any] | None = None) -> list[str]:
        """What differs and is not listed; nothing where the comparison holds."""
        return differences(self.expected(), self.made(app, params))


def _by_kind(bodies: list[Any]) -> dict[str, Any]:
    kinds = Counter(body["kind"] for body in bodies)
    named = {
        body["kind"] if kinds[body["kind"]] == 1 else f"{body['kind']}/{body['metadata']['name']}": body
        for body in bodies
    }
    assert len(named) == len(bodies)
    return named


def _placed(body: Any, namespace: str) -> Any:
    """Without its namespace, which is the expected one; an object that names none is applied to that."""
    metadata = dict(body["metadata"])
    assert metadata.pop("namespace", namespace) == namespace
    return {**body, "metadata": metadata}


def _bare(body: Any) -> Any:
    metadata = dict(body["metadata"])
    labels = metadata.pop("labels")
    assert labels.keys() >= OURS
    own = {key: value for key, value in labels.items() if key not in OURS}
    return {**body, "metadata": {**metadata, "labels": own} if own else metadata}
