"""Execute one step of a plan."""

from collections.abc import Mapping

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.wait import Deadline, until, wait_gone
from dlctl.errors import Conflict, DeployError, NotFound, UnknownKind
from dlctl.kinds import NAMESPACE
from dlctl.manifest import ApiKey, JsonObject, Manifest
from dlctl.plan.model import Action, Step


def take_step(
    cluster: Cluster, step: Step, options: DeployOptions, resources: Mapping[ApiKey, Resource]
) -> None:
    """Send the requests of a step; none for an unchanged object.

    `resources` are those that were looked up again after their CRD was applied. Raises ClusterError
    and DeployError.
    """
    manifest = step.manifest
    if step.action is Action.UNCHANGED:
        return
    if manifest is None:
        raise DeployError(f"{step.ref}: the plan has action {step.action.value}, but no manifest")
    fresh = resources.get(manifest.api_key)
    resource = fresh or step.resource or cluster.resource(*manifest.api_key)
    if step.action is Action.REPLACE:
        _delete_first(cluster, step, resource, options)
    if fresh is None:
        live = cluster.apply(resource, manifest.body, force=options.force_conflicts)
    else:
        # Other replicas of the API server may respond with 404 for some seconds.
        live = until(
            lambda: cluster.apply(resource, manifest.body, force=options.force_conflicts),
            (NotFound, UnknownKind),
            Deadline(options),
        )
    _require_active(manifest, live)


def _delete_first(cluster: Cluster, step: Step, resource: Resource, options: DeployOptions) -> None:
    ref = step.ref
    try:
        cluster.delete(resource, ref.name, ref.namespace, uid=step.uid)
    except NotFound:
        return
    except Conflict as error:
        raise DeployError(
            f"{ref} was replaced by another object since the plan was made",
            hint="check the object, then retry",
        ) from error
    wait_gone(cluster, resource, ref, step.uid, Deadline(options))


def _require_active(manifest: Manifest, live: JsonObject) -> None:
    if manifest.ref.group_kind == NAMESPACE and live["metadata"].get("deletionTimestamp"):
        raise DeployError(f"namespace {manifest.ref.name} is being deleted", hint="retry after it is deleted")
