"""What prototypes require of nodes, a resource or a label, answered by the nodes of a cluster."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from dlctl.nodes.fit.model import NodeState
from dlctl.registry.prototypes.model import Requirement
from dlctl.render.rendering import Rendering
from dlctl.render.requirements import required_of_nodes


class NodeRequirement(Struct, frozen=True):
    """A requirement of a component, as its prototype states it."""

    component: str
    entry: Requirement


class RequirementFit(Struct, frozen=True):
    """How many nodes meet a requirement; `hint` says what provides it."""

    component: str
    text: str
    nodes: int
    hint: str = ""

    @property
    def sentence(self) -> str:
        """The answer."""
        if self.nodes:
            return f"{self.text}: {self.nodes} node{'' if self.nodes == 1 else 's'}"
        return f"no node has {self.text}" + (f"; {self.hint} provides it" if self.hint else "")


def node_requirements(rendering: Rendering) -> tuple[NodeRequirement, ...]:
    """What the rendered components require of nodes. Raises RenderError for an invalid condition."""
    return tuple(NodeRequirement(part.component.name, entry) for part, entry in required_of_nodes(rendering))


def answered(requirements: Iterable[NodeRequirement], nodes: Iterable[NodeState]) -> Iterator[RequirementFit]:
    """Each requirement with the number of nodes that meet it."""
    listed = list(nodes)
    for each in requirements:
        number = sum(_met(each.entry, node) for node in listed)
        yield RequirementFit(each.component, _text(each.entry), number, each.entry.provider)


def _met(entry: Requirement, node: NodeState) -> bool:
    if entry.resource:
        return node.allocatable.get(entry.resource, 0) > 0
    values = [node.labels[key] for key in entry.node_labels if key in node.labels]
    return any(value in entry.values for value in values) if entry.values else bool(values)


def _text(entry: Requirement) -> str:
    if entry.resource:
        return entry.resource
    values = f" ({', '.join(entry.values)})" if entry.values else ""
    return f"the label {' or '.join(entry.node_labels)}{values}"
