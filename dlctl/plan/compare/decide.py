"""Decide the action for one manifest, as far as possible without a dry run."""

from collections.abc import Set

from msgspec import Struct
from msgspec.structs import replace

from dlctl.cluster.protocol import Resource
from dlctl.errors import ClusterError, Forbidden
from dlctl.kinds import DEFINITION, PROTECTED, wave_of
from dlctl.labels import RUN, STAND_IN, labels_of
from dlctl.manifest import JsonObject, Manifest
from dlctl.plan.compare.answers import allows_replace
from dlctl.plan.compare.applied_body import as_applied_by, lacks_set, other_fields
from dlctl.plan.compare.field_ownership import owns_exactly
from dlctl.plan.compare.runs import of_a_run
from dlctl.plan.compare.steps import created, estimated, replaced, unchanged
from dlctl.plan.live.kinds import Kinds
from dlctl.plan.live.managed_fields import applying_manager, earlier_managers, whole_managers
from dlctl.plan.live.namespaces import NAMESPACE_IN_PLAN, Namespaces
from dlctl.plan.live.objects.model import Found
from dlctl.plan.live.ownership import (
    Owner,
    adoptable_environment,
    is_of_a_run,
    is_run_of_ours,
    owner_of,
    owner_text,
    was_applied_by_us,
)
from dlctl.plan.model import Action, Scope, Step
from dlctl.plan.options import PlanOptions

KIND_IN_PLAN = "its kind is defined in this plan"

_SCOPE_HINT = "add the kind's CustomResourceDefinition to the app, so that its scope is known"


class Question(Struct, frozen=True):
    """A dry run is needed: how would `manifest` change the object?

    `live` is None for an unmanaged object that will be adopted, of which only the metadata is known, and for
    a `new` object. `environment` is another one of this app, from which the object is adopted.
    """

    manifest: Manifest
    resource: Resource
    live: JsonObject | None
    new: bool = False
    environment: str = ""


class Known(Struct, frozen=True):
    """The state of the cluster that is known before single objects are checked."""

    scope: Scope
    kinds: Kinds
    namespaces: Namespaces
    options: PlanOptions


def resolve_early(manifest: Manifest, known: Known) -> Step | Resource:
    """The step, if it does not depend on the live object; else the object's resource."""
    key = manifest.api_key
    resource = known.kinds.resource(manifest)
    defined_in_plan = known.kinds.defined_in_plan.get(key)
    placed = resource or defined_in_plan
    unavailable = known.kinds.unavailable.get(key)
    if placed is None and unavailable is not None:
        step = _refusal(Action.UNKNOWN, manifest, None, unavailable.message, unavailable.hint or "")
        return replace(step, failed=True)
    if placed is None:
        return _not_served(manifest)
    misfit = _misfit(manifest, placed)
    if misfit:
        return misfit
    namespace = manifest.ref.namespace
    if namespace in known.namespaces.terminating:
        return _refusal(
            Action.CONFLICT,
            manifest,
            placed,
            f"namespace {namespace} is being deleted",
            f"retry after it is deleted: kubectl get namespace {namespace}",
        )
    if resource is None:
        return created(manifest, defined_in_plan, KIND_IN_PLAN)
    if namespace in known.namespaces.missing:
        return created(manifest, resource, NAMESPACE_IN_PLAN)
    return resource


def resolve(manifest: Manifest, resource: Resource, found: Found, known: Known) -> Step | Question:
    """The step for a manifest and its live object, or a Question if a dry run is needed."""
    ref = manifest.ref
    ours = found.ours.get(ref)
    if ours is not None and not was_applied_by_us(ours.body, known.scope):
        return _unmanaged(manifest, resource, ours.body, known)
    if ours is not None:
        live = ours.body
        if live["metadata"].get("deletionTimestamp"):
            return _ours_terminating(manifest, resource, live, known.options)
        if manifest.api_key in known.kinds.defined_in_plan:
            return estimated(manifest, known.kinds.defined_in_plan[manifest.api_key], live)
        managers = known.scope.managers
        manager = applying_manager(live, managers)
        taken = known.options.adopt and whole_managers(live)
        if not taken and owns_exactly(as_applied_by(manifest, live, manager, managers), live, manager):
            earlier, listed = earlier_managers(live, managers), other_fields(manifest, live)
            step = unchanged(manifest, resource, live)
            joins = lacks_set(manifest, live)
            step = replace(step, earlier_managers=earlier, lists_secrets=listed, joins_set=joins)
            return of_a_run(step, live, known.options)
        return Question(manifest, resource, live)
    error = found.unreadable.get(ref)
    if error is not None:
        return unread(manifest, resource, error, known.scope.environment)
    other = found.unmanaged.get(ref)
    if other is None:
        defined_in_plan = known.kinds.defined_in_plan.get(manifest.api_key)
        if known.options.check_new and defined_in_plan is None:
            return Question(manifest, resource, None, new=True)
        return created(manifest, defined_in_plan or resource, KIND_IN_PLAN if defined_in_plan else "")
    return _unmanaged(manifest, resource, other.body, known)


def unread(
    manifest: Manifest,
    resource: Resource | None,
    error: ClusterError,
    environment: str,
    what: str = "check whether it exists",
) -> Step:
    """The step for a manifest where what decides it could not be read."""
    from dlctl.plan.compare.refusals import error_text
    from dlctl.plan.rights.model import REQUEST

    forbidden = isinstance(error, Forbidden)
    hint = f"request permission: {REQUEST.format(environment)}" if forbidden else error.hint or ""
    reason = f"cannot {what}: {error_text(manifest, error)}"
    step = _refusal(Action.UNKNOWN, manifest, resource, reason, hint)
    return replace(step, failed=not forbidden, forbidden=forbidden)


def _is_stand_in(manifest: Manifest, body: JsonObject) -> bool:
    """Whether it is a CRD that a sandbox serves until the app that has it is applied."""
    return manifest.ref.group_kind == DEFINITION and STAND_IN in labels_of(body)


def _unmanaged(manifest: Manifest, resource: Resource, body: JsonObject, known: Known) -> Step | Question:
    if is_run_of_ours(body, known.scope):
        return _run_in_the_way(manifest, resource, body, known.scope)
    other = "" if is_of_a_run(body) else adoptable_environment(body, known.scope)
    if other and known.options.adopt and not body["metadata"].get("deletionTimestamp"):
        return Question(manifest, resource, None, environment=other)
    if owner_of(body, known.scope) is Owner.OTHER:
        reason = f"belongs to {owner_text(body)}"
        hint = "change this component's object names or namespace, or delete the object there first"
        hint = f"{hint}; or pass --adopt to take it over" if other else hint
        return _refusal(Action.CONFLICT, manifest, resource, reason, hint)
    if body["metadata"].get("deletionTimestamp"):
        return _terminating(manifest, resource)
    if not known.options.adopt and not _is_stand_in(manifest, body):
        reason = "already exists but was not applied by this app"
        return _refusal(Action.CONFLICT, manifest, resource, reason, "pass --adopt to take it over")
    if manifest.api_key in known.kinds.defined_in_plan:
        reason = "cannot be adopted before the new version of its kind is served"
        return _refusal(
            Action.UNKNOWN, manifest, resource, reason, "apply its CustomResourceDefinition first"
        )
    return Question(manifest, resource, None)


def _run_in_the_way(manifest: Manifest, resource: Resource, body: JsonObject, scope: Scope) -> Step:
    """The step for an object of a run, which has the name of one of a component: no plan changes runs."""
    run, component, environment = labels_of(body)[RUN], scope.component_of(body), scope.environment
    reason = f"already exists, and belongs to run {run} of component {component}, which cannot be adopted"
    hint = (
        f"delete the run: dlctl job cancel {run} --env {environment}; once it has finished: "
        f"dlctl job prune {component} --env {environment} --keep 0 (all of its runs that have finished)"
    )
    return _refusal(Action.CONFLICT, manifest, resource, reason, hint)


def _not_served(manifest: Manifest) -> Step:
    """The step for a kind that is not served; the hint is in its `MissingRequirement`."""
    reason = f"the cluster does not serve {manifest.api_version} {manifest.ref.kind}"
    return _refusal(Action.UNKNOWN, manifest, None, reason, "")


def _misfit(manifest: Manifest, resource: Resource) -> Step | None:
    ref = manifest.ref
    if not ref.name:
        reason, hint = "has no name", "set metadata.name; generateName is not supported"
    elif ref.namespace and not resource.namespaced:
        reason = f"has namespace {ref.namespace}, but {ref.group_kind} is cluster-scoped"
        hint = _SCOPE_HINT
    elif not ref.namespace and resource.namespaced:
        reason = f"has no namespace, but {ref.group_kind} is namespaced"
        hint = _SCOPE_HINT
    else:
        return None
    return _refusal(Action.UNKNOWN, manifest, resource, reason, hint)


def _ours_terminating(manifest: Manifest, resource: Resource, live: JsonObject, options: PlanOptions) -> Step:
    """With `replace`, and so after an interrupted one, it is waited for and then created."""
    if manifest.ref.group_kind in PROTECTED:
        return _terminating(manifest, resource)
    if options.replace or allows_replace(manifest):
        step = replaced(manifest, resource, live, "")
        return replace(step, reason="is being deleted: it is created again once it is gone")
    hint = "retry after it is deleted, or pass --replace to wait for that and create it again"
    return replace(_terminating(manifest, resource), hint=hint)


def _terminating(manifest: Manifest, resource: Resource) -> Step:
    reason = "is being deleted"
    return _refusal(Action.CONFLICT, manifest, resource, reason, "retry after it is deleted")


def _refusal(action: Action, manifest: Manifest, resource: Resource | None, reason: str, hint: str) -> Step:
    return Step(
        action,
        manifest.ref,
        wave_of(manifest.ref.group_kind),
        manifest=manifest,
        resource=resource,
        reason=reason,
        hint=hint,
    )


def stated_namespaces(manifests: tuple[Manifest, ...]) -> Set[str]:
    """The namespaces that are objects among the manifests."""
    return {m.ref.name for m in manifests if (m.ref.group, m.ref.kind) == ("", "Namespace")}
