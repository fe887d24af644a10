"""The objects of the in-memory cluster, as an API server keeps them."""

import copy
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from dlctl.cluster.protocol import Resource, WatchEvent
from dlctl.manifest import JsonObject, ObjectRef
from tests.fakes.cluster.fields import fields_v1
from tests.fakes.cluster.server_side_apply import Managers

CREATED = "2026-01-01T00:00:00Z"
"""The creation time of every object: what is in memory has no clock."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An object and who owns its fields."""

    body: JsonObject
    managers: Managers


@dataclass(slots=True)
class Store:
    """Objects by identity, and the log of what happened to them. `changed` guards both."""

    objects: dict[ObjectRef, Stored] = field(default_factory=dict)
    log: list[tuple[ObjectRef, WatchEvent]] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    version: int = 0

    def find(self, ref: ObjectRef) -> Stored | None:
        """The object of that identity, if there is one."""
        return self.objects.get(ref)

    def keep(self, ref: ObjectRef, stored: Stored) -> Stored:
        """Add or replace an object, under a new resourceVersion."""
        with self.changed:
            kind = "MODIFIED" if ref in self.objects else "ADDED"
            self.version += 1
            body = _with_metadata(stored.body, resourceVersion=str(self.version))
            kept = Stored(body, stored.managers)
            self.objects[ref] = kept
            self._tell(ref, kind, body)
            return kept

    def drop(self, ref: ObjectRef) -> None:
        """Remove an object."""
        with self.changed:
            stored = self.objects.pop(ref, None)
            if stored is not None:
                self._tell(ref, "DELETED", stored.body)

    def of(self, resource: Resource, namespace: str) -> Iterator[JsonObject]:
        """Objects of a kind, by namespace and name."""
        with self.changed:
            found = sorted(
                (ref, stored)
                for ref, stored in self.objects.items()
                if ref.group_kind == resource.group_kind and namespace in ("", ref.namespace)
            )
        yield from (shown(stored, resource.api_version) for _, stored in found)

    def wait(self, position: int, until: Callable[[], float]) -> bool:
        """Wait for an entry of the log at `position`; false when the time is over first."""
        with self.changed:
            return self.changed.wait_for(lambda: len(self.log) > position, timeout=max(0.0, until()))

    def _tell(self, ref: ObjectRef, kind: str, body: JsonObject) -> None:
        self.log.append((ref, (kind, copy.deepcopy(dict(body)))))
        self.changed.notify_all()


def shown(stored: Stored, api_version: str) -> JsonObject:
    """The object as a reader gets it: a copy of its own, with managedFields."""
    body = copy.deepcopy(dict(stored.body))
    body["apiVersion"] = api_version
    entries = [
        {
            "manager": name,
            "operation": operation,
            "apiVersion": api_version,
            "time": CREATED,
            "fieldsType": "FieldsV1",
            "fieldsV1": fields_v1(fields),
        }
        for (name, operation), fields in sorted(stored.managers.items())
    ]
    return _with_metadata(body, managedFields=entries) if entries else body


def _with_metadata(body: JsonObject, **changes: Any) -> dict[str, Any]:
    return {**body, "metadata": {**body.get("metadata", {}), **changes}}
