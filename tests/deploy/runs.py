"""What tests of runs need: time that passes at once, objects in short, clusters that refuse."""

from collections.abc import Callable, Iterable

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.delete import delete_plan
from dlctl.deploy.model import Report, Result
from dlctl.deploy.options import Clock, DeployOptions
from dlctl.errors import Invalid
from dlctl.events import Emit, no_events
from dlctl.manifest import Manifest
from dlctl.plan.deletion import plan_delete
from dlctl.plan.model import Scope
from tests.plan.targets import Call, manifest, scope

WHERE = scope("here")


class FakeTime:
    """A clock that a sleep moves on."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.seconds, self.sleep)


def refusing(
    kind: str, name: str = "", error: Exception | None = None, verb: str = "apply"
) -> Callable[[Call], None]:
    """Refuse one verb on one kind, or on one object of it."""

    def refuse(call: Call) -> None:
        if call.verb == verb and call.kind == kind and name in ("", call.name):
            raise error or Invalid("no")

    return refuse


def plain(kind: str, name: str, component: str, api_version: str = "v1") -> Manifest:
    """An object with a name and nothing else."""
    return manifest({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}}, WHERE, component)


def results(report: Report) -> dict[str, Result]:
    """Kind and name to result."""
    return {f"{outcome.ref.kind}/{outcome.ref.name}": outcome.result for outcome in report.outcomes}


def delete_target(
    scope: Scope,
    cluster: Cluster,
    options: DeployOptions | None = None,
    *,
    prune_protected: bool = False,
    rendered: Iterable[Manifest] = (),
    emit: Emit = no_events,
) -> Report:
    """Plan a deletion and carry it out."""
    plan = plan_delete(scope, cluster, prune_protected=prune_protected, rendered=rendered, emit=emit)
    return delete_plan(plan, cluster, options, emit)
