"""Where a run fits: `job submit --pick`, by the arithmetic of `node check`, queues included."""

from collections.abc import Sequence

from msgspec import Struct

from dlctl.errors import DlctlError, PlanError
from dlctl.events import no_events
from dlctl.jobs.choices import Pick
from dlctl.nodes.fit.report import SEVERITY, Verdict
from dlctl.nodes.inventory.amounts import THOUSANDTHS
from dlctl.nodes.inventory.names import is_device
from dlctl.text import listed
from dlctl.workflow.clusters import PARALLEL
from dlctl.workflow.fit.kinds import can_start, with_unserved_kinds
from dlctl.workflow.fit.masked import masked_fit
from dlctl.workflow.fit.node_check import ClusterFit, ComponentFit, ToCheck, check_cluster
from dlctl.workflow.fit.object_shapes import require_valid_pods
from dlctl.workflow.fit.requirements import node_requirements
from dlctl.workflow.many import Limits, run_many
from dlctl.workflow.render import Selection
from dlctl.workflow.runs.render import source_of_runs
from dlctl.workflow.session import Session


class Candidate(Struct, frozen=True):
    """An environment where a run might go: the verdict on its pods, or why there is none."""

    environment: str
    fit: ClusterFit | None = None
    error: DlctlError | None = None

    @property
    def verdict(self) -> Verdict | None:
        """Whether the pods fit; None where that could not be read."""
        return self.fit.verdict if self.fit is not None else None

    @property
    def component(self) -> ComponentFit | None:
        """The verdict on the component; None for one whose pods are not known."""
        return self.fit.components[0] if self.fit is not None and self.fit.components else None

    @property
    def free(self) -> int | None:
        """Devices that stay free, of the kinds that the pods ask for; None where they do not fit now."""
        if self.component is None or self.verdict is not Verdict.FITS:
            return None
        found = {left.resource: left.total for group in self.component.groups for left in group.left}
        return sum(total for name, total in found.items() if is_device(name)) // THOUSANDTHS


def candidates(session: Session, names: Sequence[str], selection: Selection) -> tuple[Candidate, ...]:
    """The verdict of each environment, in the order given; the clusters are read at once.

    An environment that may not be written to, and a cluster that cannot be read, is a candidate with an
    error. Raises KeyboardInterrupt.
    """
    outcomes = run_many(names, lambda name: _fit(session, name, selection), Limits(PARALLEL))
    if outcomes.interrupted:
        raise KeyboardInterrupt
    return tuple(Candidate(each.environment, each.result, each.error) for each in outcomes.each)


def _fit(session: Session, name: str, selection: Selection) -> ClusterFit:
    source = source_of_runs(session, name, selection)
    redactor, manifests = source.rendering.redactor, (source.parts.job, *source.parts.own)
    require_valid_pods(manifests, redactor)
    with redactor.masking_errors():
        cluster = session.cluster(source.rendering.target.environment, no_events, writing=True)
        wanted = ToCheck(manifests, node_requirements(source.rendering))
        found = with_unserved_kinds(check_cluster(cluster, wanted), cluster, manifests)
    return masked_fit(found, redactor)


def chosen(found: Sequence[Candidate], pick: Pick) -> Candidate:
    """The environment where the run goes: where its pods fit now, else where they can start later.

    Raises PlanError where they can start nowhere.
    """
    able = [each for each in found if each.fit is not None and can_start(each.fit)]
    if not able:
        names = listed(each.environment for each in found)
        raise PlanError(
            f"the run can start in none of the environments: {names}",
            hint="'dlctl node check ENV -c COMPONENT' says why",
        )
    best = min(SEVERITY.index(each.verdict) for each in able if each.verdict)
    first = [each for each in able if each.verdict is SEVERITY[best]]
    return first[0] if pick is Pick.FIRST_FIT else max(first, key=lambda each: each.free or 0)
