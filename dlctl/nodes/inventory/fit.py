"""Whether a cluster has nodes for a pod, by what groups of nodes have, whatever is free of it now."""

from collections.abc import Callable, Collection, Iterator, Sequence

from msgspec import Struct

from dlctl.nodes.inventory.amounts import THOUSANDTHS, thousandths
from dlctl.nodes.inventory.group_labels import is_group_label
from dlctl.nodes.inventory.groups import NodeGroup, Taint
from dlctl.nodes.inventory.placement import Placement
from dlctl.nodes.label_requirement import Requirement


class Condition(Struct, frozen=True):
    """What a node must have for a pod. `field` and `name` say what of the pod's spec asks for it.

    `field` is `resources` (`name`: of which one), `nodeSelector` (`name`: of which label), `affinity` or
    `tolerations`.
    """

    text: str
    holds: Callable[[NodeGroup], bool]
    field: str
    name: str = ""


def misfit(placement: Placement, groups: Sequence[NodeGroup], known_labels: Collection[str] = ()) -> str:
    """Why no node takes the pod; empty if some can.

    Labels that the groups do not record are not looked at; `known_labels` are recorded beside those
    that always are.
    """
    if not groups:
        return "it has no nodes"
    unmet = unmet_conditions(placement, groups, known_labels)
    return "; ".join(lacking([each.text for each in conditions]) for conditions in unmet)


def unmet_conditions(
    placement: Placement, groups: Sequence[NodeGroup], known_labels: Collection[str] = ()
) -> tuple[tuple[Condition, ...], ...]:
    """The conditions that no node meets: each one by itself, or else all of them together."""
    conditions = tuple(_conditions(placement, groups, frozenset(known_labels)))
    if any(all(each.holds(group) for each in conditions) for group in groups):
        return ()
    alone = tuple((each,) for each in conditions if not any(map(each.holds, groups)))
    return alone or (conditions,)


def lacking(texts: Sequence[str]) -> str:
    """The sentence for conditions that no node meets together."""
    return f"no node has {texts[0]}" if len(texts) == 1 else f"no node has all of: {', '.join(texts)}"


def _conditions(
    placement: Placement, groups: Sequence[NodeGroup], known: frozenset[str]
) -> Iterator[Condition]:
    for name, count in placement.devices.items():
        most = max((_offered(group, name) for group in groups), default=0)
        less = f" (at most {most})" if 0 < most < count else ""
        yield Condition(f"{count} {name}{less}", _Offers(name, count), "resources", name)
    if placement.cpu:
        yield Condition(f"{placement.cpu} CPUs", lambda group: group.cpu >= placement.cpu, "resources", "cpu")
    if placement.memory:
        size = f"{placement.memory / 2**30:.4g}Gi of memory"
        yield Condition(
            size,
            lambda group: thousandths(group.memory) // THOUSANDTHS >= placement.memory,
            "resources",
            "memory",
        )
    for rule in placement.selector:
        if _recorded(rule, known):
            yield Condition(f"label {rule}", _Selects(rule), "nodeSelector", rule.key)
    if placement.terms and all(_recorded(rule, known) for term in placement.terms for rule in term):
        yield Condition(_words(placement.terms), lambda group: _any_term(placement, group), "affinity")
    tolerated = "only taints that it tolerates"
    yield Condition(tolerated, lambda group: _tolerates(placement, group.taints), "tolerations")


class _Offers(Struct, frozen=True):
    name: str
    count: int

    def __call__(self, group: NodeGroup) -> bool:
        return _offered(group, self.name) >= self.count


class _Selects(Struct, frozen=True):
    rule: Requirement

    def __call__(self, group: NodeGroup) -> bool:
        return self.rule.matches(group.labels)


def _offered(group: NodeGroup, resource: str) -> int:
    return sum(each.count for each in group.devices if each.resource == resource)


def _recorded(rule: Requirement, known: frozenset[str]) -> bool:
    return rule.key in known or is_group_label(rule.key)


def _words(terms: Sequence[Sequence[Requirement]]) -> str:
    return " or ".join(" and ".join(f"label {rule}" for rule in term) for term in terms)


def _any_term(placement: Placement, group: NodeGroup) -> bool:
    return any(all(rule.matches(group.labels) for rule in term) for term in placement.terms)


def _tolerates(placement: Placement, taints: Sequence[Taint]) -> bool:
    return all(_tolerated(placement, taint) for taint in taints if taint.effect != "PreferNoSchedule")


def _tolerated(placement: Placement, taint: Taint) -> bool:
    stated = {"key": taint.key, "value": taint.value, "effect": taint.effect}
    return any(each.matches(stated) for each in placement.tolerations)
