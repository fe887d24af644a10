"""How a job is suspended and resumed: by a field of its own, by its queue, or by its operator."""

from collections.abc import Sequence
from typing import Any

from dlctl.jobs.live import LiveJob
from dlctl.manifest import GroupKind, JsonObject, owner_reference, ref_of
from dlctl.status import Rules
from dlctl.status.run import JOB

_SPEC = ("spec", "suspend")
_VOLCANO = GroupKind("batch.volcano.sh", "Job")


def suspending(live: LiveJob, rules: Rules, *, suspend: bool) -> JsonObject | None:
    """The object to be applied so that a job stops, or goes on; None for a kind that cannot be suspended.

    Where a queue has made an object for it with such a field, that is switched off, as the queue writes the
    job's own field. Raises RegistryError for data that is not valid.
    """
    for holder in live.queued:
        readiness = rules.find(ref_of(holder).group_kind)
        if readiness is not None and readiness.holds is not None and readiness.holds.active:
            return _fields(holder, readiness.holds.active.split("."), not suspend)
    kind = ref_of(live.body).group_kind
    if kind == _VOLCANO:
        return _command(live.body, "AbortJob" if suspend else "ResumeJob")
    path = _path(kind, rules)
    return _fields(live.body, path, suspend) if path else None


def _path(kind: GroupKind, rules: Rules) -> Sequence[str]:
    """The field of a kind that stops its pods and keeps the object; empty where there is none."""
    if kind == JOB:
        return _SPEC
    readiness = rules.find(kind)
    return readiness.suspend.split(".") if readiness is not None and readiness.suspend else ()


def _fields(body: JsonObject, path: Sequence[str], value: bool) -> JsonObject:
    """This object with one field of its spec; another object of its name is not meant."""
    metadata = body["metadata"]
    inner: Any = value
    for key in reversed(path):
        inner = {key: inner}
    return {
        "apiVersion": body["apiVersion"],
        "kind": body["kind"],
        "metadata": {key: metadata[key] for key in ("name", "namespace", "uid")},
        **inner,
    }


def _command(body: JsonObject, action: str) -> JsonObject:
    """A command to Volcano's controller, which deletes it once it is done (vcctl makes the same)."""
    metadata = body["metadata"]
    owner = {**owner_reference(body), "controller": True}
    name = f"{metadata['name']}-{action.lower()}-{metadata['uid'][:8]}"
    return {
        "apiVersion": "bus.volcano.sh/v1alpha1",
        "kind": "Command",
        "metadata": {"name": name, "namespace": metadata["namespace"], "ownerReferences": [owner]},
        "action": action,
        "target": owner,
    }
