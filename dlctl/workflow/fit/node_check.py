"""Would the pods of components fit on a cluster's nodes?"""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster
from dlctl.manifest import JsonObject, Manifest
from dlctl.nodes.fit.check import check
from dlctl.nodes.fit.devices.read_slices import with_slices
from dlctl.nodes.fit.model import ClusterState, NodeState
from dlctl.nodes.fit.report import GroupFit, Verdict, worst
from dlctl.text import listed
from dlctl.workflow.fit.requests import Unchecked, requests_of
from dlctl.workflow.fit.requirements import NodeRequirement, RequirementFit, answered
from dlctl.workflow.fit.runtimes import read_runtimes
from dlctl.workflow.fit.state import read_fit_state


class WhatIf(Struct, frozen=True):
    """Nodes that are thought to be there besides, and names of nodes that are thought to be gone.

    `slices` are ResourceSlices of the nodes to add.
    """

    add: tuple[NodeState, ...] = ()
    remove: frozenset[str] = frozenset()
    slices: tuple[JsonObject, ...] = ()

    def on(self, state: ClusterState) -> tuple[ClusterState, tuple[str, ...]]:
        """The state with these nodes, and notes on names that no node has. A node added replaces its like."""
        gone = self.remove | {node.name for node in self.add}
        kept = tuple(node for node in state.nodes if node.name not in gone)
        unknown = sorted(self.remove - {node.name for node in state.nodes})
        note = f"no node to remove is called {listed(unknown)}"
        devices = with_slices(state.devices, self.slices) if self.slices else state.devices
        return replace(state, nodes=(*kept, *self.add), devices=devices), ((note,) if unknown else ())


NO_CHANGE = WhatIf()


class ToCheck(Struct, frozen=True):
    """Objects to check, and what the prototypes of their components require of nodes."""

    manifests: Sequence[Manifest]
    requirements: tuple[NodeRequirement, ...] = ()


class ComponentFit(Struct, frozen=True):
    """The verdict on one component: its groups of pods, and its objects whose pods are not known."""

    component: str
    groups: tuple[GroupFit, ...]
    unchecked: tuple[Unchecked, ...] = ()
    requirements: tuple[RequirementFit, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of its groups; UNKNOWN where something is not checked and the rest fits."""
        found = [group.verdict for group in self.groups]
        found += [Verdict.UNKNOWN] if self.unchecked else []
        found += [Verdict.NEVER] if any(not each.nodes for each in self.requirements) else []
        return worst(found)


class ClusterFit(Struct, frozen=True):
    """The verdicts on components of one cluster, in order; components without pods are left out."""

    components: tuple[ComponentFit, ...]
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of all."""
        return worst([each.verdict for each in self.components])


NOTHING = ClusterFit(())
"""No component creates pods."""


def check_cluster(
    cluster: Cluster, wanted: ToCheck, what_if: WhatIf = NO_CHANGE, *, preemptible_below: int | None = None
) -> ClusterFit:
    """The verdicts on the components of these objects. Raises ClusterError where nodes cannot be listed."""
    requests = requests_of(wanted.manifests, read_runtimes(cluster, wanted.manifests))
    read = read_fit_state(cluster, requests.pods, wanted.manifests)
    state, unknown = what_if.on(read.state)
    report = check(state, requests.pods, preemptible_below=preemptible_below)
    required = tuple(answered(wanted.requirements, state.nodes))
    names = dict.fromkeys(manifest.component for manifest in wanted.manifests)
    found = (_component(name, report.groups, requests.unchecked, required) for name in names)
    return ClusterFit(tuple(each for each in found if each.groups or each.unchecked), (*read.notes, *unknown))


def _component(
    name: str,
    groups: Iterable[GroupFit],
    unchecked: Iterable[Unchecked],
    requirements: Iterable[RequirementFit],
) -> ComponentFit:
    return ComponentFit(
        name,
        tuple(group for group in groups if group.request.component == name),
        tuple(each for each in unchecked if each.component == name),
        tuple(each for each in requirements if each.component == name),
    )
