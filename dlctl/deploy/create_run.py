"""Create the objects of a run: all of them, or none."""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from dlctl.cluster.protocol import Cluster
from dlctl.errors import AlreadyExists, ClusterError, Invalid, NotFound
from dlctl.events import Emit, Note, no_events
from dlctl.labels import SUBMISSION, annotations_of
from dlctl.manifest import JsonObject, Manifest, owner_reference


def create_run(
    cluster: Cluster, job: Manifest, own: Sequence[Manifest], manager: str, emit: Emit = no_events
) -> JsonObject:
    """Create a run's configuration, then its job, which owns it: what deletes the job deletes both.

    Each object is created, never applied: of two runs of one name one fails with AlreadyExists. Whatever was
    created is deleted again where one fails, and at an interrupt. Returns the job. Raises ClusterError.
    """
    tried: list[Manifest] = []
    try:
        for each in (*own, job):
            tried.append(each)
            made = _created(cluster, each, manager)
    except (ClusterError, KeyboardInterrupt):
        _delete(cluster, tried)
        raise
    for each in own:
        _give(cluster, each, made, manager, emit)
    return made


def _created(cluster: Cluster, manifest: Manifest, manager: str) -> JsonObject:
    """The new object; one of this very command is the answer to a request that was sent again."""
    resource = cluster.resource(*manifest.api_key)
    try:
        return cluster.create(resource, manifest.body, field_manager=manager)
    except AlreadyExists:
        live = cluster.get(resource, manifest.ref.name, manifest.ref.namespace)
        if not _is_same(live, manifest):
            raise
        return live
    except Invalid as error:
        from dlctl.plan.compare.patched_fields import with_patches_named

        raise with_patches_named(manifest, error) from error


def _is_same(live: JsonObject, manifest: Manifest) -> bool:
    submission = annotations_of(manifest.body).get(SUBMISSION)
    return bool(submission) and annotations_of(live).get(SUBMISSION) == submission


def _delete(cluster: Cluster, tried: Iterable[Manifest]) -> None:
    for each in tried:
        with suppress(ClusterError):
            resource = cluster.resource(*each.api_key)
            live = cluster.get(resource, each.ref.name, each.ref.namespace)
            if _is_same(live, each):
                uid = str(live["metadata"].get("uid") or "")
                cluster.delete(resource, each.ref.name, each.ref.namespace, uid=uid)


def _give(cluster: Cluster, manifest: Manifest, job: JsonObject, manager: str, emit: Emit) -> None:
    """Make the job the owner of an object."""
    patch = {
        "apiVersion": manifest.api_version,
        "kind": manifest.ref.kind,
        "metadata": {
            "name": manifest.ref.name,
            "namespace": manifest.ref.namespace,
            "ownerReferences": [owner_reference(job)],
        },
    }
    try:
        cluster.apply(cluster.resource(*manifest.api_key), patch, field_manager=manager)
    except NotFound:
        pass  # the run was deleted meanwhile
    except ClusterError as error:
        emit(Note(f"{manifest.ref} stays when its job is deleted: {error.message}"))
