"""Rules that give labels to nodes: the first rule that matches decides about a label."""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase

from msgspec import Struct, field

from dlctl.errors import Location
from dlctl.nodes.labelling.expressions import Term
from dlctl.nodes.labelling.model import NodeFacts, WantedLabel, WantedLabels
from dlctl.nodes.labelling.selector import Selector


class NamePattern(Struct, frozen=True):
    """A glob for the names of nodes, or a regular expression that is searched in them."""

    glob: str = "*"
    regex: re.Pattern[str] | None = None

    def matches(self, name: str) -> bool:
        """Whether a name matches."""
        return bool(self.regex.search(name)) if self.regex else fnmatchcase(name, self.glob)


class Match(Struct, frozen=True):
    """Which nodes a rule is about: all three must match, and an empty one matches every node."""

    name: NamePattern = field(default_factory=NamePattern)
    labels: Selector = field(default_factory=Selector)
    features: tuple[Term, ...] = ()

    def accepts(self, node: NodeFacts) -> bool:
        """Whether the rule is about this node."""
        return (
            self.name.matches(node.name)
            and self.labels.matches(node.labels)
            and all(term.matches(node.features) for term in self.features)
        )


class Rule(Struct, frozen=True):
    """The labels of the nodes that match; `features` is the place of what it asks of features, if it does."""

    match: Match
    labels: WantedLabels
    features: Location | None = None


class RuleSet(Struct, frozen=True):
    """The rules of a file, in order."""

    rules: tuple[Rule, ...]

    @property
    def features(self) -> Location | None:
        """The first place that asks something of features; None if none does."""
        return next((rule.features for rule in self.rules if rule.features), None)

    def labels_of(self, node: NodeFacts) -> WantedLabels:
        """The labels that a node should have."""
        found: dict[str, WantedLabel] = {}
        for rule in self.rules:
            if rule.match.accepts(node):
                for label, wanted in rule.labels.items():
                    found.setdefault(label, wanted)
        return found

    def stated(self) -> Mapping[str, WantedLabel]:
        """Every label of the file, with the first place that states it."""
        found: dict[str, WantedLabel] = {}
        for rule in self.rules:
            for label, wanted in rule.labels.items():
                found.setdefault(label, wanted)
        return found
