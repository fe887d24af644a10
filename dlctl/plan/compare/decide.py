"""What is to be done with one manifest, from what is known without a dry run."""

from collections.abc import Set
from dataclasses import dataclass

from dlctl.cluster.protocol import Resource
from dlctl.kinds import wave_of
from dlctl.manifest import JsonObject, Manifest
from dlctl.plan.compare.dry_run import created, estimated, unchanged
from dlctl.plan.compare.field_ownership import owns_exactly
from dlctl.plan.compare.refusals import error_text
from dlctl.plan.live.kinds import Kinds
from dlctl.plan.live.namespaces import MADE_WITH_IT, Namespaces
from dlctl.plan.live.objects.model import Found
from dlctl.plan.live.ownership import Owner, owner_of, owner_text
from dlctl.plan.model import Action, Scope, Step
from dlctl.plan.options import PlanOptions

KIND_MADE_WITH_IT = "its kind is created by this same plan"


@dataclass(frozen=True, slots=True)
class Question:
    """What only the server can say: how `manifest` would change an object. `live` is None for a
    stranger that is to be adopted, of which only the metadata is known."""

    manifest: Manifest
    resource: Resource
    live: JsonObject | None


@dataclass(frozen=True, slots=True)
class Known:
    """All that was found before the single objects are looked at."""

    scope: Scope
    kinds: Kinds
    namespaces: Namespaces
    options: PlanOptions


def resolve_early(manifest: Manifest, known: Known) -> Step | Resource:
    """The step that needs no look at live objects; else the resource under which to look."""
    key = manifest.api_key
    resource = known.kinds.served.get(key) or known.kinds.present.get(key)
    defined_in_plan = known.kinds.defined_in_plan.get(key)
    placed = resource or defined_in_plan
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
            f"its namespace {namespace} is being deleted",
            "run again once it is gone: kubectl get namespace " + namespace,
        )
    if resource is None:
        return created(manifest, defined_in_plan, KIND_MADE_WITH_IT)
    if namespace in known.namespaces.missing:
        return created(manifest, resource, MADE_WITH_IT)
    return resource


def resolve(manifest: Manifest, resource: Resource, found: Found, known: Known) -> Step | Question:
    """The step for a manifest whose live object was looked for; a question where only a dry run can tell."""
    ref = manifest.ref
    ours = found.ours.get(ref)
    if ours is not None:
        live = ours.body
        if live["metadata"].get("deletionTimestamp"):
            return _ending(manifest, resource)
        if manifest.api_key in known.kinds.defined_in_plan:
            return estimated(manifest, known.kinds.defined_in_plan[manifest.api_key], live)
        if owns_exactly(manifest.body, live):
            return unchanged(manifest, resource, live)
        return Question(manifest, resource, live)
    error = found.unreadable.get(ref)
    if error is not None:
        words = f"whether it exists cannot be seen: {error_text(manifest, error)}"
        hint = f"ask for the right to list {resource.plural}"
        return _refusal(Action.UNKNOWN, manifest, resource, words, hint)
    other = found.unmanaged.get(ref)
    if other is None:
        defined_in_plan = known.kinds.defined_in_plan.get(manifest.api_key)
        return created(manifest, defined_in_plan or resource, KIND_MADE_WITH_IT if defined_in_plan else "")
    return _unmanaged(manifest, resource, other.body, known)


def _unmanaged(manifest: Manifest, resource: Resource, body: JsonObject, known: Known) -> Step | Question:
    if owner_of(body, known.scope) is Owner.OTHER:
        reason = f"it belongs to {owner_text(body)}"
        hint = "give this component other object names or another namespace, or delete it there first"
        return _refusal(Action.CONFLICT, manifest, resource, reason, hint)
    if body["metadata"].get("deletionTimestamp"):
        return _ending(manifest, resource)
    if not known.options.adopt:
        reason = "it exists already and does not carry this app's labels"
        return _refusal(Action.CONFLICT, manifest, resource, reason, "take it over with --adopt")
    if manifest.api_key in known.kinds.defined_in_plan:
        reason = "it cannot be adopted before the new version of its kind is served"
        return _refusal(
            Action.UNKNOWN, manifest, resource, reason, "apply its CustomResourceDefinition first"
        )
    return Question(manifest, resource, None)


def _not_served(manifest: Manifest) -> Step:
    """What to do about it is said once for all objects of the kind: see `MissingRequirement`."""
    reason = f"the cluster does not serve {manifest.api_version} {manifest.ref.kind}"
    return _refusal(Action.UNKNOWN, manifest, None, reason, "")


def _misfit(manifest: Manifest, resource: Resource) -> Step | None:
    ref = manifest.ref
    if not ref.name:
        reason, hint = "it has no name", "set metadata.name; generateName cannot be applied"
    elif ref.namespace and not resource.namespaced:
        reason = f"it states namespace {ref.namespace}, but {ref.group_kind} is cluster-scoped"
        hint = "say so under provides: in the prototype, or run env update to learn the cluster's kinds"
    elif not ref.namespace and resource.namespaced:
        reason = f"it states no namespace, but {ref.group_kind} is namespaced"
        hint = "say so under provides: in the prototype, or run env update to learn the cluster's kinds"
    else:
        return None
    return _refusal(Action.UNKNOWN, manifest, resource, reason, hint)


def _ending(manifest: Manifest, resource: Resource) -> Step:
    reason = "it is being deleted"
    return _refusal(Action.CONFLICT, manifest, resource, reason, "run again once it is gone")


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
    """The namespaces that manifests state as objects of their own."""
    return {m.ref.name for m in manifests if (m.ref.group, m.ref.kind) == ("", "Namespace")}
