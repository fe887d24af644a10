"""Delete one job, or change a field of it: by UID, on the cluster that was looked at."""

from msgspec import Struct

from dlctl.cluster.protocol import Cluster, Identity, Resource
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.same_cluster import require_same_cluster
from dlctl.deploy.wait import Deadline, wait_gone
from dlctl.errors import Conflict, DeployError, NotFound
from dlctl.manifest import JsonObject, ObjectRef

MANAGER = "dlctl-jobs"
"""The field manager of what commands on single jobs write: the app's own does not own these fields."""


class JobChange(Struct, frozen=True):
    """What is done to one job: `body` is applied; None: the job is deleted, unless that has `begun`."""

    ref: ObjectRef
    resource: Resource
    uid: str
    identity: Identity
    body: JsonObject | None = None
    begun: bool = False


def change_job(cluster: Cluster, change: JobChange, *, dry_run: bool = False) -> None:
    """Request it; a deletion is in the foreground, and `wait_deleted` waits for it.

    A job that is gone already is deleted. Raises DeployError where another object has its name now, or the
    cluster is another one; ClusterError.
    """
    require_same_cluster(cluster, change.identity)
    if change.begun:
        return
    try:
        if change.body is not None:
            _apply(cluster, change.body, dry_run=dry_run)
            return
        ref = change.ref
        cluster.delete(change.resource, ref.name, ref.namespace, uid=change.uid, dry_run=dry_run)
    except NotFound as error:
        if change.body is not None:
            raise DeployError(f"{change.ref} no longer exists") from error
        return
    except Conflict as error:
        raise DeployError(
            f"{change.ref} was replaced since it was looked at: {error.message}",
            hint="run the command again to see the new job",
        ) from error


def wait_deleted(cluster: Cluster, change: JobChange, options: DeployOptions) -> None:
    """Wait until a job is gone. Raises NotReady with its finalizers where it is not in time; ClusterError."""
    wait_gone(cluster, change.resource, change.ref, change.uid, Deadline(options))


def _apply(cluster: Cluster, body: JsonObject, *, dry_run: bool) -> None:
    resource = cluster.resource(str(body["apiVersion"]), str(body["kind"]))
    cluster.apply(resource, body, force=True, field_manager=MANAGER, dry_run=dry_run)
