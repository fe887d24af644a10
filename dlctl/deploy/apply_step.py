"""Execute one step of a plan."""

from collections.abc import Callable, Mapping, Set

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.deploy.not_found_yet import until_found
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.take_over import take_over_fields
from dlctl.deploy.wait import Deadline, until, wait_gone
from dlctl.errors import AlreadyExists, Conflict, DeployError, DlctlError, Invalid, NotFound, UnknownKind
from dlctl.kinds import NAMESPACE
from dlctl.manifest import ApiKey, JsonObject, Manifest
from dlctl.pattern import pattern
from dlctl.plan.field_managers import is_of_a_target
from dlctl.plan.model import Action, Step

_OTHER_UID = pattern(r"metadata\.uid: Invalid value|uid mismatch")
"""Messages for an apply whose UID is not the object's: there is another object, or none (apimachinery
validation/objectmeta.go, ValidateObjectMetaAccessorUpdate; apiserver registry/generic/registry/store.go)."""


def take_step(
    cluster: Cluster,
    step: Step,
    manager: str,
    options: DeployOptions,
    resources: Mapping[ApiKey, Resource],
    created: Set[str] = frozenset(),
) -> None:
    """Send the requests of a step as a field manager; none for an unchanged object.

    An object to be replaced was deleted before. `resources` are those that were looked up again after their
    CRD was applied, `created` the names of objects that the same run has created. Raises ClusterError and
    DeployError.
    """
    manifest = step.manifest
    if not step.needs_request:
        return
    if manifest is None:
        raise DeployError(f"{step.ref}: the plan has action {step.action.value}, but no manifest")
    fresh = resources.get(manifest.api_key)
    resource = fresh or step.resource or cluster.resource(*manifest.api_key)
    if step.earlier_managers:
        take_over_fields(cluster, resource, step, manager)

    def send() -> JsonObject:
        return until_found(lambda: _applied(cluster, step, resource, manager, options), created, options)

    # Other replicas of the API server may respond with 404 for some seconds to a new kind.
    live = send() if fresh is None else until(send, (NotFound, UnknownKind), Deadline(options))
    _require_active(manifest, live)


def _applied(
    cluster: Cluster, step: Step, resource: Resource, manager: str, options: DeployOptions
) -> JsonObject:
    """Apply to the object that the step was planned for: by its UID, or to none at all."""
    assert step.manifest is not None
    body, creating = step.manifest.body, step.action in (Action.CREATE, Action.REPLACE)
    if not creating:
        body = {**body, "metadata": {**body["metadata"], "uid": step.uid}}
    try:
        return cluster.apply(
            resource,
            body,
            force=(options.force_conflicts or step.takes) and not creating,
            field_manager=manager,
            creating=creating,
        )
    except AlreadyExists as error:
        raise DeployError(
            f"{step.ref} was created by {', '.join(error.managers)} since the plan was made, and has "
            "this app's fields now, too",
            hint="check the object: from now on it counts as this app's; delete it if it is not",
        ) from error
    except (Conflict, Invalid) as error:
        raise _explained(step, error) from error


def _explained(step: Step, error: Conflict | Invalid) -> DlctlError:
    """The error for a conflict with another target, or with another object of this name."""
    conflicts = error.conflicts if isinstance(error, Conflict) else ()
    if owners := ", ".join(sorted({each.manager for each in conflicts if is_of_a_target(each.manager)})):
        return DeployError(
            f"{step.ref} belongs to another app or environment since the plan was made: "
            f"its field manager is {owners}",
            hint="change this component's object names or namespace, or delete the object there first",
        )
    if _OTHER_UID.search(error.whole or error.message):
        return DeployError(
            f"{step.ref} was replaced by another object since the plan was made",
            hint="check the object, then retry",
        )
    if step.manifest is None:
        return error
    from dlctl.plan.compare.patched_fields import with_patches_named

    return with_patches_named(step.manifest, error)


def delete_first(
    cluster: Cluster,
    step: Step,
    options: DeployOptions,
    resources: Mapping[ApiKey, Resource],
    accepted: Callable[[], None],
) -> None:
    """Delete the object that is to be replaced, and wait until it is gone; `accepted` is called before.

    Raises ClusterError and DeployError; NotReady, if it is not gone in time.
    """
    ref, manifest = step.ref, step.manifest
    if manifest is None:
        return
    resource = resources.get(manifest.api_key) or step.resource or cluster.resource(*manifest.api_key)
    try:
        cluster.delete(resource, ref.name, ref.namespace, uid=step.uid)
    except NotFound:
        return
    except Conflict as error:
        raise DeployError(
            f"{ref} was replaced by another object since the plan was made",
            hint="check the object, then retry",
        ) from error
    accepted()
    wait_gone(cluster, resource, ref, step.uid, Deadline(options))


def _require_active(manifest: Manifest, live: JsonObject) -> None:
    if manifest.ref.group_kind == NAMESPACE and live["metadata"].get("deletionTimestamp"):
        raise DeployError(f"namespace {manifest.ref.name} is being deleted", hint="retry after it is deleted")
