"""The labels that nodes should have, and how they differ from those that nodes have."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from msgspec import Struct, field

from dlctl.errors import Location

Elements = Mapping[str, str | None]
"""Names with their values; None for a flag, which has no value."""


class Features(Struct, frozen=True):
    """What Node Feature Discovery found on a node, by feature in lower case, such as `pci.device`.

    `elements` are flags and attributes; `instances` are devices with their attributes.
    """

    elements: Mapping[str, Elements] = field(default_factory=dict)
    instances: Mapping[str, tuple[Elements, ...]] = field(default_factory=dict)


class NodeFacts(Struct, frozen=True):
    """What rules can ask of a node. `labels` are without those that the rules themselves have set."""

    name: str
    labels: Mapping[str, str]
    features: Features = field(default_factory=Features)


class WantedLabel(Struct, frozen=True):
    """The value of a label that a node should have, and the place in a file that says so."""

    value: str
    location: Location


WantedLabels = Mapping[str, WantedLabel]
LabelsOf = Callable[[NodeFacts], WantedLabels]
"""The labels that a node should have."""


class Action(StrEnum):
    """What happens to one label of a node."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"
    UNCHANGED = "unchanged"
    OWNED = "owned"
    """Another manager owns the label: it is left alone."""
    RELEASE = "release"
    """The label is no longer wanted; it stays, since another manager owns it too."""


class LabelChange(Struct, frozen=True):
    """One label of a node: its value now (None: absent) and then; `owners` are the other managers."""

    label: str
    old: str | None
    new: str | None
    action: Action
    owners: tuple[str, ...] = ()


class NodePlan(Struct, frozen=True):
    """The changes of one node's labels by one field manager.

    `applied` are all labels that the manager states: what it has already and what is new. `uid` and
    `resource_version` are those of the node that was compared.
    """

    node: str
    manager: str
    uid: str
    resource_version: str
    changes: tuple[LabelChange, ...]
    applied: Mapping[str, str]

    @property
    def differs(self) -> bool:
        """Whether the node has to be written."""
        return any(change.action not in (Action.UNCHANGED, Action.OWNED) for change in self.changes)
