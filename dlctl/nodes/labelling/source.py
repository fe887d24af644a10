"""Where labels come from, and under which field manager they are applied."""

from collections.abc import Mapping

from msgspec import Struct

from dlctl.errors import Location
from dlctl.manifest import JsonObject
from dlctl.nodes.labelling.compare import labels_of_others, node_plan
from dlctl.nodes.labelling.model import Features, LabelsOf, NodeFacts, NodePlan, WantedLabels

FROM_RULES, FROM_HOSTS = "rules", "hosts"


def field_manager(app: str, origin: str) -> str:
    """The field manager of an app's labels of nodes: rules and detected hosts have one each.

    So an app never removes the labels of another app, nor rules those of detected hosts.
    """
    return f"dlctl:node-label:{app}:{origin}"


def no_labels(node: NodeFacts) -> WantedLabels:
    """No label for any node: what the manager has set is taken back."""
    return {}


class Source(Struct, frozen=True):
    """The labels that nodes should have.

    `only` are the nodes that it is about, None for all. `features` is a place in a file that asks for
    features of Node Feature Discovery.
    """

    manager: str
    labels_of: LabelsOf
    only: frozenset[str] | None = None
    features: Location | None = None

    def plan(self, body: JsonObject, features: Mapping[str, Features]) -> NodePlan:
        """The changes of a node's labels."""
        name = str((body.get("metadata") or {}).get("name") or "")
        facts = NodeFacts(name, labels_of_others(body, self.manager), features.get(name, Features()))
        return node_plan(body, self.labels_of(facts), self.manager)
