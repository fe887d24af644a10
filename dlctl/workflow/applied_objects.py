"""Which objects of an environment are on its cluster, whatever the app renders now."""

from msgspec import Struct

from dlctl.app.model import Target
from dlctl.errors import DlctlError, PlanError
from dlctl.events import Emit
from dlctl.manifest import ObjectRef
from dlctl.plan.live.objects.scan import scan
from dlctl.plan.options import THREADS
from dlctl.workflow.render import Selection
from dlctl.workflow.scope import scope_of
from dlctl.workflow.session import Connect


class AppliedObjects(Struct, frozen=True):
    """The objects that were found on the cluster at `server`; `error` says why it could not be asked."""

    objects: tuple[ObjectRef, ...] = ()
    server: str = ""
    error: DlctlError | None = None
    runs: tuple[ObjectRef, ...] = ()


def applied_objects(target: Target, connect: Connect, emit: Emit) -> AppliedObjects:
    """The objects that this app applied to an environment; an error is part of the answer.

    A cluster other than the pinned one is not asked: what is there is not this environment's.
    """
    environment = target.environment
    try:
        cluster = connect(environment, emit)
        identity = cluster.identity()
        pinned = environment.destination.cluster_id
        if pinned and identity.uid != pinned:
            raise PlanError(f"the cluster that answers is {identity.uid}, not the pinned {pinned}")
        found = scan(cluster, scope_of(target, Selection()), THREADS, runs=True)
    except DlctlError as error:
        return AppliedObjects(error=error)
    ours, runs = (tuple(sorted(each, key=str)) for each in (found.ours, found.runs))
    return AppliedObjects(ours, cluster.server, runs=runs)
