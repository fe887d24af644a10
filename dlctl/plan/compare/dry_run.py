"""Server-side dry run of an apply."""

from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import ClusterError, Conflict, Forbidden, Invalid, NotFound, Unauthorized, Unreachable
from dlctl.manifest import JsonObject, Manifest
from dlctl.plan.compare.answers import LEAVE, TAKE, answer_to_conflicts
from dlctl.plan.compare.applied_body import as_applied_by, lacks_set, other_fields
from dlctl.plan.compare.compare import clean
from dlctl.plan.compare.conflict_fields import without_fields
from dlctl.plan.compare.drift_rules import decide_by_rules
from dlctl.plan.compare.overlay import overlay
from dlctl.plan.compare.refusals import refused
from dlctl.plan.compare.runs import of_a_run
from dlctl.plan.compare.steps import OWNERSHIP, compared, created
from dlctl.plan.compare.take_over import tried, without_taken_over, without_unstated
from dlctl.plan.field_managers import FieldManagers
from dlctl.plan.live.managed_fields import applying_manager, earlier_managers, whole_managers
from dlctl.plan.model import Action, Step
from dlctl.plan.options import PlanOptions
from dlctl.text import listed

LOOKS = 3
"""Attempts to compare an object that others keep changing; then the last comparison is used."""


def dry_run(
    cluster: Cluster,
    manifest: Manifest,
    resource: Resource,
    live: JsonObject,
    managers: FieldManagers,
    options: PlanOptions,
) -> Step:
    """The step for an existing object; a rejection is a step too, not an error.

    If `live` is older than the object of the dry run, it is read again, so that changes by others do not
    look like ours. Where an earlier manager of the target applied the object, the dry run is made in its
    name, since an apply takes over its fields first. Raises Unreachable and Unauthorized, which do not
    depend on the object.
    """
    answer = answer_to_conflicts(manifest)
    if answer == TAKE:
        options = replace(options, force_conflicts=True)
    manager = applying_manager(live, managers)
    body = as_applied_by(manifest, live, manager, managers)
    taken = whole_managers(live) if options.adopt else ()
    try:
        for _ in range(LOOKS):
            merged = _tried(cluster, resource, live, body, manager, taken, options)
            step = compared(replace(manifest, body=body), resource, live, merged, manager)
            if step.action is Action.UNCHANGED or _version(live) == _version(merged):
                break
            live = _seen_again(cluster, manifest, resource, live)
    except (Unreachable, Unauthorized):
        raise
    except ClusterError as error:
        if isinstance(error, Conflict) and error.conflicts:
            answered = _answered(cluster, manifest, resource, live, managers, options, error)
            if answered is not None:
                return answered
        return refused(manifest, resource, live, error, options, manager)
    step = replace(
        step,
        takes=options.force_conflicts,
        adopts=bool(taken),
        manifest=manifest,
        reason=_with_taken_over(step.reason, taken),
        hint=step.hint or _adopting(step, live, taken),
        earlier_managers=(*earlier_managers(live, managers), *taken),
        lists_secrets=other_fields(manifest, live),
        joins_set=lacks_set(manifest, live),
    )
    return of_a_run(step, live, options)


def _answered(
    cluster: Cluster,
    manifest: Manifest,
    resource: Resource,
    live: JsonObject,
    managers: FieldManagers,
    options: PlanOptions,
    error: Conflict,
) -> Step | None:
    """The step where the object's annotation, or rules, answer all or some conflicts; None if none do."""
    if answer_to_conflicts(manifest) == LEAVE:
        left = replace(manifest, body=without_fields(manifest.body, error.conflicts))
        changed = left.body != manifest.body
        return dry_run(cluster, left, resource, live, managers, options) if changed else None
    decided = decide_by_rules(manifest, live, error.conflicts, options.drift)
    if decided.manifest.body != manifest.body:
        return dry_run(cluster, decided.manifest, resource, live, managers, options)
    if decided.ours and not decided.open:
        return dry_run(cluster, manifest, resource, live, managers, replace(options, force_conflicts=True))
    return None


def _tried(
    cluster: Cluster,
    resource: Resource,
    live: JsonObject,
    body: JsonObject,
    manager: str,
    taken: tuple[str, ...],
    options: PlanOptions,
) -> JsonObject:
    """The object after an apply, by dry runs; fields of `taken` managers are the manager's own by then."""

    def send(*, force: bool) -> JsonObject:
        return cluster.apply(resource, body, dry_run=True, force=force, field_manager=manager)

    if not taken:
        return send(force=options.force_conflicts)
    try:
        merged = send(force=options.force_conflicts)
    except Conflict as error:
        others = tuple(each for each in error.conflicts if each.manager not in taken)
        if others or not error.conflicts:
            raise Conflict(error.message, conflicts=others, hint=error.hint) from error
        merged = send(force=True)
    except Invalid:
        # What goes is still there, and may not stand beside what comes: two ports of one name.
        kept = without_unstated(live, body, manager)
        return tried(cluster, resource, live, overlay(kept, clean(body)))
    version = str(body["apiVersion"])
    return tried(cluster, resource, live, without_taken_over(merged, live, version, manager))


def _with_taken_over(reason: str, taken: tuple[str, ...]) -> str:
    if not taken:
        return reason
    words = f"takes over the fields of {listed(taken)}"
    return (
        f"{words}; values are unchanged" if reason == OWNERSHIP else "; ".join(filter(None, (words, reason)))
    )


def _adopting(step: Step, live: JsonObject, taken: tuple[str, ...]) -> str:
    """What to do where a field stays because a manager that applied a whole manifest owns it."""
    owners = [name for name in whole_managers(live) if f" stays: {name} owns it" in step.reason]
    return f"pass --adopt to take over the fields of {listed(owners)}" if owners and not taken else ""


def _seen_again(cluster: Cluster, manifest: Manifest, resource: Resource, live: JsonObject) -> JsonObject:
    try:
        return cluster.get(resource, manifest.ref.name, manifest.ref.namespace)
    except (NotFound, Forbidden):
        return live


def _version(body: JsonObject) -> str:
    """The resourceVersion of an object; a dry run returns the version that it started from."""
    return str(body["metadata"].get("resourceVersion", ""))


def adopted(
    cluster: Cluster, manifest: Manifest, resource: Resource, managers: FieldManagers, options: PlanOptions
) -> Step:
    """The step for an unmanaged object that may be adopted."""
    try:
        live = cluster.get(resource, manifest.ref.name, manifest.ref.namespace)
    except NotFound:
        return created(manifest, resource)
    except Forbidden as error:
        return refused(manifest, resource, {"metadata": {}}, error, options)
    return replace(dry_run(cluster, manifest, resource, live, managers, options), adopts=True)


def checked(
    cluster: Cluster, manifest: Manifest, resource: Resource, manager: str, options: PlanOptions
) -> Step:
    """The step for an object that does not exist, after a dry run; a rejection is a step, too."""
    try:
        cluster.apply(resource, manifest.body, dry_run=True, field_manager=manager, creating=True)
    except (Unreachable, Unauthorized):
        raise
    except ClusterError as error:
        return refused(manifest, resource, {"metadata": {}}, error, options)
    return replace(created(manifest, resource), unchecked=False)
