"""Take over the fields that a target applied under an earlier name of its field manager."""

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import DeployError, NotFound
from dlctl.plan.model import Step


def take_over_fields(cluster: Cluster, resource: Resource, step: Step, manager: str) -> None:
    """Make `manager` the owner of all that the step's earlier managers applied.

    One request replaces the names in managedFields, as kubectl does where it changes to server-side apply
    (client-go, util/csaupgrade): so no field is without an owner, and none is lost, at any moment. Raises
    DeployError if the object is not the planned one, ClusterError.
    """
    ref = step.ref
    try:
        cluster.rename_managers(
            resource, ref.name, ref.namespace, uid=step.uid, earlier=step.earlier_managers, manager=manager
        )
    except NotFound as error:
        raise DeployError(
            f"{ref} was deleted or replaced since the plan was made", hint="check the object, then retry"
        ) from error
