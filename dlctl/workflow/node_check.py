"""Would the pods of components fit on a cluster's nodes?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dlctl.cluster.protocol import Cluster
from dlctl.manifest import Manifest
from dlctl.nodes.fit.check import check
from dlctl.nodes.fit.report import SEVERITY, GroupFit, Verdict, worst
from dlctl.workflow.fit_requests import Unchecked, requests_of
from dlctl.workflow.fit_state import read_fit_state


@dataclass(frozen=True, slots=True)
class ComponentFit:
    """The verdict on one component: its groups of pods, and its objects whose pods are not known."""

    component: str
    groups: tuple[GroupFit, ...]
    unchecked: tuple[Unchecked, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of its groups; UNKNOWN where something is not checked and the rest fits."""
        unknown = [Verdict.UNKNOWN] if self.unchecked else []
        return worst([*unknown, *(group.verdict for group in self.groups)])


@dataclass(frozen=True, slots=True)
class ClusterFit:
    """The verdicts on components of one cluster, in order; components without pods are left out."""

    components: tuple[ComponentFit, ...]
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of all."""
        return worst([each.verdict for each in self.components])


def check_manifests(
    cluster: Cluster, manifests: Sequence[Manifest], *, preemptible_below: int | None = None
) -> ClusterFit:
    """The verdicts on the components of these objects. Raises ClusterError where nodes cannot be listed."""
    requests = requests_of(manifests)
    read = read_fit_state(cluster, requests.pods)
    report = check(read.state, requests.pods, preemptible_below=preemptible_below)
    names = dict.fromkeys(manifest.component for manifest in manifests)
    found = (_component(name, report.groups, requests.unchecked) for name in names)
    return ClusterFit(tuple(each for each in found if each.groups or each.unchecked), read.notes)


def _component(name: str, groups: Iterable[GroupFit], unchecked: Iterable[Unchecked]) -> ComponentFit:
    return ComponentFit(
        name,
        tuple(group for group in groups if group.request.component == name),
        tuple(each for each in unchecked if each.component == name),
    )


def ranked(fits: Sequence[tuple[str, ClusterFit]]) -> tuple[tuple[str, ClusterFit], ...]:
    """Clusters by where the pods can start first; those that are alike stay in their order."""
    return tuple(sorted(fits, key=lambda each: SEVERITY.index(each[1].verdict)))
