"""Compare the labels that a node should have with those that it has, and with who owns them."""

from collections.abc import Iterator, Mapping

from dlctl.manifest import JsonObject
from dlctl.nodes.labelling.model import Action, LabelChange, NodePlan, WantedLabels
from dlctl.nodes.labelling.owners import Owner, Owners, label_owners

NOBODY = "unknown"
"""What stands for the owner of a label that no manager owns: somebody set it, and it is not ours."""


def node_plan(body: JsonObject, wanted: WantedLabels, manager: str) -> NodePlan:
    """The changes that `manager` would make to a node so that it has the labels in `wanted`.

    A label that another manager owns, or nobody, keeps its value. Labels that only `manager` owns and
    that are not wanted are removed.
    """
    metadata = body.get("metadata") or {}
    live: Mapping[str, str] = metadata.get("labels") or {}
    changes = tuple(_changes(live, label_owners(body), wanted, Owner(manager, applies=True)))
    return NodePlan(
        node=str(metadata.get("name") or ""),
        manager=manager,
        uid=str(metadata.get("uid") or ""),
        resource_version=str(metadata.get("resourceVersion") or ""),
        changes=changes,
        applied=_applied(changes, label_owners(body), Owner(manager, applies=True)),
    )


def labels_of_others(body: JsonObject, manager: str) -> Mapping[str, str]:
    """A node's labels without those that `manager` alone owns."""
    owners, ours = label_owners(body), (Owner(manager, applies=True),)
    live: Mapping[str, str] = (body.get("metadata") or {}).get("labels") or {}
    return {label: value for label, value in live.items() if owners.get(label) != ours}


def _changes(
    live: Mapping[str, str], owners: Owners, wanted: WantedLabels, ours: Owner
) -> Iterator[LabelChange]:
    had = {label for label in live if ours in owners.get(label, ())}
    for label in sorted({*wanted, *had}):
        old, new = live.get(label), wanted[label].value if label in wanted else None
        others = tuple(owner.manager for owner in owners.get(label, ()) if owner != ours)
        if label in live and label not in had:
            others = others or (NOBODY,)
        yield LabelChange(label, old, new, _action(old, new, others, had=label in had), others)


def _action(old: str | None, new: str | None, others: tuple[str, ...], *, had: bool) -> Action:
    if old is None:
        return Action.ADD
    if new is None:
        return Action.RELEASE if others else Action.REMOVE
    if old == new and had:
        return Action.UNCHANGED
    return Action.OWNED if others else Action.CHANGE


def _applied(changes: tuple[LabelChange, ...], owners: Owners, ours: Owner) -> Mapping[str, str]:
    """What the manager states: a label that it shares with another keeps the value that it has."""
    stated: dict[str, str] = {}
    for change in changes:
        shared = change.action is Action.OWNED and ours in owners.get(change.label, ())
        if shared and change.old is not None:
            stated[change.label] = change.old
        elif change.action in (Action.ADD, Action.CHANGE, Action.UNCHANGED) and change.new is not None:
            stated[change.label] = change.new
    return stated
