"""Fields of a target's objects that others changed, added beside ours, or removed; and removed objects."""

from collections.abc import Iterable, Iterator, Mapping, Set
from enum import StrEnum
from typing import Any

from msgspec import Struct

from dlctl.cluster.fresh import with_fresh_kinds
from dlctl.cluster.protocol import Cluster
from dlctl.json_values import same_json
from dlctl.manifest import JsonObject, Manifest, ObjectRef
from dlctl.plan.live.kinds import find_kinds
from dlctl.plan.live.managed_fields import Fields, applied_fields, applying_manager, field_entries
from dlctl.plan.live.missing_fields import missing_fields
from dlctl.plan.live.objects.lookup import look_up, wanted_by
from dlctl.plan.live.objects.model import LiveObject
from dlctl.plan.live.owned_paths import MISSING, dotted, leaves, pointer, value_at_path
from dlctl.plan.model import Scope
from dlctl.plan.options import THREADS

CONTROLLERS = frozenset(
    {
        "kube-controller-manager",
        "kube-scheduler",
        "kubelet",
        "cluster-autoscaler",
        "keda-operator",
        "vpa-admission-controller",
        "vpa-updater",
        "istio-sidecar-injector",
    }
)
"""Managers that own fields by right: controllers of Kubernetes, autoscalers, injectors of sidecars."""


class DriftState(StrEnum):
    """What somebody else did with a field."""

    CHANGED = "changed"
    """The app states it with another value."""
    ADDED = "added"
    """The app does not state it."""
    MISSING = "missing"
    """The app states it, and the object does not have it, or is not there. The server does not record who
    removes either."""


class Drift(Struct, frozen=True):
    """A field of another manager: `field` as the server writes it, `pointer` for rules, `since` in UTC.

    One that is missing has no manager and no time; `field` and `pointer` are empty for an object that is.
    """

    ref: ObjectRef
    component: str
    state: DriftState
    field: str
    pointer: str
    manager: str
    since: str

    @property
    def by_controller(self) -> bool:
        """Whether a controller owns it by right."""
        return self.manager in CONTROLLERS


def drift_of(
    scope: Scope, manifests: Iterable[Manifest], cluster: Cluster, *, threads: int = THREADS
) -> tuple[Drift, ...]:
    """The fields of rendered objects that other managers own, or that are missing, by manifest.

    An object that may not be read, or that others own, counts as there.
    """
    stated = tuple(manifests)

    def read() -> tuple[Drift, ...]:
        kinds = find_kinds(cluster, stated, threads)
        wanted = wanted_by((kinds.served[m.api_key], m.ref) for m in stated if m.api_key in kinds.served)
        found = look_up(cluster, wanted, scope, threads)
        searched = {ref for refs in wanted.values() for ref in refs}
        absent = searched - found.ours.keys() - found.unmanaged.keys() - found.unreadable.keys()
        return tuple(drift for m in stated for drift in _of_manifest(scope, m, found.ours, absent))

    return with_fresh_kinds(read)


def _of_manifest(
    scope: Scope, manifest: Manifest, ours: Mapping[ObjectRef, LiveObject], absent: Set[ObjectRef]
) -> Iterator[Drift]:
    if manifest.ref in ours:
        yield from _of_object(scope, manifest, ours[manifest.ref].body)
    elif manifest.ref in absent:
        yield Drift(manifest.ref, manifest.component, DriftState.MISSING, "", "", "", "")


def _of_object(scope: Scope, manifest: Manifest, live: JsonObject) -> Iterator[Drift]:
    ours = scope.managers.all
    for manager, since, fields in field_entries(live):
        if manager in ours:
            continue
        for path, state in _foreign(fields, manifest.body, live):
            yield Drift(
                manifest.ref, manifest.component, state, dotted(path), pointer(live, path), manager, since
            )
    manager = applying_manager(live, scope.managers)
    owned = applied_fields(live, manager)
    for path in missing_fields(manifest.body, live, owned) if owned is not None else ():
        place = pointer(manifest.body, path)
        yield Drift(manifest.ref, manifest.component, DriftState.MISSING, dotted(path), place, "", "")


def _foreign(
    fields: Fields, stated: JsonObject, live: JsonObject
) -> Iterator[tuple[tuple[str, ...], DriftState]]:
    """The paths of a manager's fields that differ from the manifest."""
    for path in leaves((), fields):
        there: Any = value_at_path(live, path)
        if path[-1] == "." or there is MISSING:
            continue
        wanted = value_at_path(stated, path)
        if wanted is MISSING:
            yield path, DriftState.ADDED
        elif not same_json(wanted, there):
            yield path, DriftState.CHANGED
