"""The server's own answer to what an apply would change."""

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import ClusterError, Forbidden, NotFound, Unauthorized, Unreachable
from dlctl.kinds import wave_of
from dlctl.manifest import JsonObject, Manifest
from dlctl.plan.compare.compare import clean, compare
from dlctl.plan.compare.overlay import overlay
from dlctl.plan.compare.ownership_change import ownership_differs
from dlctl.plan.compare.refusals import refused
from dlctl.plan.live.managed_fields import applied_fields
from dlctl.plan.model import Action, Step
from dlctl.plan.options import PlanOptions

LOOKS = 3
"""How often an object is compared that others keep changing; then the last comparison stands."""

OWNERSHIP = "the values stay; only which fields dlctl owns changes"


def dry_run(
    cluster: Cluster, manifest: Manifest, resource: Resource, live: JsonObject, options: PlanOptions
) -> Step:
    """The step for an object that exists; a refusal is a step too, not an error.

    `live` may be older than the answer: what others changed in between is not to look like our
    change, so then it is looked at again. Raises Unreachable and Unauthorized: these say nothing
    about the object.
    """
    try:
        for _ in range(LOOKS):
            merged = cluster.apply(resource, manifest.body, dry_run=True, force=options.force_conflicts)
            step = compared(manifest, resource, live, merged)
            if step.action is Action.UNCHANGED or _version(live) == _version(merged):
                break
            live = _seen_again(cluster, manifest, resource, live)
    except (Unreachable, Unauthorized):
        raise
    except ClusterError as error:
        return refused(manifest, resource, live, error, options)
    return step


def _seen_again(cluster: Cluster, manifest: Manifest, resource: Resource, live: JsonObject) -> JsonObject:
    try:
        return cluster.get(resource, manifest.ref.name, manifest.ref.namespace)
    except (NotFound, Forbidden):
        return live


def _version(body: JsonObject) -> str:
    """The version of an object that an answer is about: a dry run names the one that it started from."""
    return str(body["metadata"].get("resourceVersion", ""))


def compared(manifest: Manifest, resource: Resource, live: JsonObject, merged: JsonObject) -> Step:
    """The step that leads from `live` to `merged`."""
    old, new = clean(live), clean(merged)
    changes = compare(old, new)
    wave, uid = wave_of(manifest.ref.group_kind), str(live["metadata"].get("uid", ""))
    if not changes and not ownership_differs(manifest.body, applied_fields(live), applied_fields(merged)):
        return unchanged(manifest, resource, live)
    return Step(
        Action.UPDATE,
        manifest.ref,
        wave,
        manifest=manifest,
        resource=resource,
        uid=uid,
        live=old,
        merged=new,
        changes=changes,
        reason="" if changes else OWNERSHIP,
    )


def unchanged(manifest: Manifest, resource: Resource, live: JsonObject) -> Step:
    """The step for an object that is already as stated; it keeps neither of the two objects."""
    return Step(
        Action.UNCHANGED,
        manifest.ref,
        wave_of(manifest.ref.group_kind),
        manifest=manifest,
        resource=resource,
        uid=str(live["metadata"].get("uid", "")),
    )


def adopted(cluster: Cluster, manifest: Manifest, resource: Resource, options: PlanOptions) -> Step:
    """The step for an object that exists without our labels and may be taken over."""
    try:
        live = cluster.get(resource, manifest.ref.name, manifest.ref.namespace)
    except NotFound:
        return created(manifest, resource)
    except Forbidden as error:
        return refused(manifest, resource, {"metadata": {}}, error, options)
    return dry_run(cluster, manifest, resource, live, options)


def estimated(manifest: Manifest, resource: Resource, live: JsonObject) -> Step:
    """The step for an object whose kind gets the stated version with this same plan, so no dry run."""
    old, new = clean(live), overlay(clean(live), clean(manifest.body))
    return Step(
        Action.UPDATE,
        manifest.ref,
        wave_of(manifest.ref.group_kind),
        manifest=manifest,
        resource=resource,
        uid=str(live["metadata"].get("uid", "")),
        live=old,
        merged=new,
        changes=compare(old, new),
        reason="an estimate: the version of its kind is served by this same plan",
    )


def created(manifest: Manifest, resource: Resource | None, note: str = "") -> Step:
    """The step for an object that does not exist."""
    return Step(
        Action.CREATE,
        manifest.ref,
        wave_of(manifest.ref.group_kind),
        manifest=manifest,
        resource=resource,
        merged=clean(manifest.body),
        reason=note,
    )
