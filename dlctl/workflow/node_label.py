"""Plan the labels of a cluster's nodes: a paged LIST of nodes, and one of NodeFeatures for rules."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import UnknownKind
from dlctl.events import Emit, Progress, no_events
from dlctl.manifest import JsonObject
from dlctl.nodes.inventory.order import natural_key
from dlctl.nodes.labelling.features import NODE_NAME, features_by_node
from dlctl.nodes.labelling.model import Features, NodePlan
from dlctl.nodes.labelling.source import Source

NODES = Resource("", "v1", "Node", "nodes", namespaced=False)
FEATURES = "nfd.k8s-sigs.io/v1alpha1", "NodeFeature"
STEP = 500

Replan = Callable[[JsonObject], NodePlan]


class LabelQuery(Struct, frozen=True):
    """Which labels, for the nodes that a selector selects, by features from a namespace (empty: all)."""

    sources: Sequence[Source]
    selector: str = ""
    features_from: str = ""


class LabelPlan(Struct, frozen=True):
    """The changes on one cluster, by node in natural order; `replan` does one node once more, by manager."""

    nodes: tuple[NodePlan, ...]
    replan: Mapping[str, Replan]
    names: frozenset[str]

    @property
    def differs(self) -> bool:
        """Whether any node has to be written."""
        return any(each.differs for each in self.nodes)


def plan_labels(cluster: Cluster, query: LabelQuery, *, emit: Emit = no_events) -> LabelPlan:
    """What would change on a cluster.

    Raises ClusterError; UnknownKind where rules need NodeFeatures and the cluster does not serve them.
    """
    features = _features(cluster, query)
    replan = {source.manager: _replan(source, features) for source in query.sources}
    plans: list[NodePlan] = []
    names: set[str] = set()
    for body in _nodes(cluster, query.selector, emit):
        names.add(str(body["metadata"]["name"]))
        plans += (replan[each.manager](body) for each in query.sources if _is_about(each, body))
    plans.sort(key=lambda plan: natural_key(plan.node))
    return LabelPlan(tuple(plans), replan, frozenset(names))


def _nodes(cluster: Cluster, selector: str, emit: Emit) -> Iterator[JsonObject]:
    for number, body in enumerate(cluster.list(NODES, labels=selector, metadata_only=True), 1):
        yield body
        if number % STEP == 0:
            emit(Progress("nodes read", number))


def _is_about(source: Source, body: JsonObject) -> bool:
    return source.only is None or str(body["metadata"]["name"]) in source.only


def _replan(source: Source, features: Mapping[str, Features]) -> Replan:
    return lambda body: source.plan(body, features)


def _features(cluster: Cluster, query: LabelQuery) -> Mapping[str, Features]:
    place = next((each.features for each in query.sources if each.features), None)
    if place is None:
        return {}
    try:
        resource = cluster.resource(*FEATURES)
        return features_by_node(cluster.list(resource, query.features_from, labels=NODE_NAME))
    except UnknownKind as error:
        raise UnknownKind(
            "the cluster does not serve NodeFeature: "
            "it has no CustomResourceDefinition nodefeatures.nfd.k8s-sigs.io with version v1alpha1",
            location=place,
            hint="install Node Feature Discovery on the cluster, or match by 'name' and 'labels' alone",
        ) from error
