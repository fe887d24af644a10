"""All that is checked of one pod on a node, in the order of the scheduler's plugins."""

from collections.abc import Iterator

from dlctl.nodes.fit.filters.devices import Devices
from dlctl.nodes.fit.filters.node_affinity import NodeAffinity
from dlctl.nodes.fit.filters.pod_affinity import PodAffinity
from dlctl.nodes.fit.filters.ports import Ports
from dlctl.nodes.fit.filters.resources import Resources
from dlctl.nodes.fit.filters.taints import Taints
from dlctl.nodes.fit.filters.topology_spread import TopologySpread
from dlctl.nodes.fit.filters.volumes import Volumes
from dlctl.nodes.fit.model import ClusterState, Lasting, NodeState, Obstacle, Pod
from dlctl.nodes.fit.usage import Usage


class Filters:
    """The filters of one pod. `lenient` leaves out what may change without another pod's end."""

    def __init__(self, pod: Pod, usage: Usage, state: ClusterState, *, lenient: bool = False) -> None:
        self._lenient = lenient
        self.spread = TopologySpread(pod, usage)
        self.affinity = PodAffinity(pod, usage, state.namespaces)
        self._fixed = (Taints(pod.tolerations), NodeAffinity(pod.spec))
        resources = Resources(pod, usage)
        devices = (Devices(pod, usage),) if pod.claimed else ()
        self._here = (Ports(pod, usage), resources, *devices)
        self.room = resources.room
        self._volumes = Volumes(pod, usage, state.storage, state.unread)
        self._among = (self._volumes, self.spread, self.affinity)

    def always(self, node: NodeState) -> Iterator[Obstacle]:
        """What does not depend on other pods: the node's name, labels and taints."""
        for each in self._fixed:
            yield from filter(self._counts, each.obstacles(node))

    def now(self, node: NodeState) -> Iterator[Obstacle]:
        """What depends on pods that are there or are placed."""
        yield from self.here(node)
        yield from self.among(node)

    def here(self, node: NodeState) -> Iterator[Obstacle]:
        """What depends on the pods of this node only."""
        for each in self._here:
            yield from filter(self._counts, each.obstacles(node))

    def among(self, node: NodeState) -> Iterator[Obstacle]:
        """What depends on the pods of other nodes too."""
        for each in self._among:
            yield from filter(self._counts, each.obstacles(node))

    def every(self, node: NodeState) -> Iterator[Obstacle]:
        """All obstacles of a node."""
        yield from self.always(node)
        yield from self.now(node)

    def _counts(self, obstacle: Obstacle) -> bool:
        return not (self._lenient and obstacle.lasting is Lasting.CHANGES)

    @property
    def independent(self) -> bool:
        """Whether placing a pod changes nothing for other nodes."""
        return not self.spread.constraints and self.affinity.idle and not self._volumes.numbered

    def placed(self, node: NodeState) -> None:
        """A pod of this kind was placed on a node."""
        for each in self._among:
            each.placed(node)

    def forget(self) -> None:
        """As it was before the first pod of this kind was placed."""
        for each in self._among:
            each.forget()
