"""What happens to a label, by who owns it: another manager's is never touched."""

from collections.abc import Mapping
from typing import Any

import pytest

from dlctl.errors import Location
from dlctl.nodes.labelling.compare import labels_of_others, node_plan
from dlctl.nodes.labelling.model import Action, WantedLabel
from dlctl.nodes.labelling.owners import label_owners

OURS, OTHER, KUBECTL = "dlctl:node-label:app:rules", "nfd-master", "kubectl-label"


def entry(manager: str, *labels: str, operation: str = "Apply", subresource: str = "") -> dict[str, Any]:
    fields: dict[str, Any] = {"f:metadata": {"f:labels": {".": {}, **{f"f:{label}": {} for label in labels}}}}
    return {
        "manager": manager,
        "operation": operation,
        "fieldsV1": fields,
        **({"subresource": subresource} if subresource else {}),
    }


def node(labels: Mapping[str, str], *entries: dict[str, Any]) -> dict[str, Any]:
    metadata = {
        "name": "n",
        "uid": "u",
        "resourceVersion": "7",
        "labels": labels,
        "managedFields": list(entries),
    }
    return {"metadata": metadata}


def wanted(**labels: str) -> dict[str, WantedLabel]:
    return {label: WantedLabel(value, Location("rules.yaml", 1)) for label, value in labels.items()}


OWN, SHARED = (entry(OURS, "a"),), (entry(OURS, "a"), entry(OTHER, "a"))
UPDATED = (entry(KUBECTL, "a", operation="Update"),)


@pytest.mark.parametrize(
    ("live", "entries", "want", "action", "owners", "applied"),
    [
        ({}, (), {"a": "1"}, Action.ADD, (), {"a": "1"}),
        ({"a": "1"}, OWN, {"a": "1"}, Action.UNCHANGED, (), {"a": "1"}),
        ({"a": "1"}, OWN, {"a": "2"}, Action.CHANGE, (), {"a": "2"}),
        ({"a": "1"}, OWN, {}, Action.REMOVE, (), {}),
        ({"a": "1"}, UPDATED, {"a": "2"}, Action.OWNED, (KUBECTL,), {}),
        ({"a": "1"}, UPDATED, {"a": "1"}, Action.OWNED, (KUBECTL,), {}),
        ({"a": "1"}, (), {"a": "2"}, Action.OWNED, ("unknown",), {}),
        ({"a": "1"}, (), {"a": "1"}, Action.OWNED, ("unknown",), {}),
        ({"a": "1"}, SHARED, {"a": "1"}, Action.UNCHANGED, (OTHER,), {"a": "1"}),
        ({"a": "1"}, SHARED, {"a": "2"}, Action.OWNED, (OTHER,), {"a": "1"}),
        ({"a": "1"}, SHARED, {}, Action.RELEASE, (OTHER,), {}),
        ({"a": "1"}, (entry(OURS, "a", operation="Update"),), {"a": "2"}, Action.OWNED, (OURS,), {}),
        ({"a": "1"}, (entry(OURS, "a", subresource="status"),), {}, None, (), {}),
        ({"a": "1"}, UPDATED, {}, None, (), {}),
    ],
)
def test_a_label(
    live: dict[str, str],
    entries: tuple[dict[str, Any], ...],
    want: dict[str, str],
    action: Action | None,
    owners: tuple[str, ...],
    applied: dict[str, str],
) -> None:
    plan = node_plan(node(live, *entries), wanted(**want), OURS)
    assert [(change.action, change.owners) for change in plan.changes] == (
        [(action, owners)] if action else []
    )
    assert plan.applied == applied
    assert plan.differs is (action in (Action.ADD, Action.CHANGE, Action.REMOVE, Action.RELEASE))
    assert (plan.node, plan.uid, plan.resource_version) == ("n", "u", "7")


def test_what_is_applied_keeps_all_that_is_ours() -> None:
    live = {"a": "1", "b": "1", "c": "1", "d": "1"}
    found = node_plan(
        node(live, entry(OURS, "a", "b"), entry(OTHER, "c")), wanted(a="1", b="2", c="2", e="1"), OURS
    )
    assert found.applied == {"a": "1", "b": "2", "e": "1"}
    assert [change.label for change in found.changes] == ["a", "b", "c", "e"]


def test_rules_do_not_see_what_they_have_set() -> None:
    body = node({"a": "1", "b": "1", "c": "1"}, entry(OURS, "a", "b"), entry(OTHER, "b"))
    assert labels_of_others(body, OURS) == {"b": "1", "c": "1"}


def test_keys_of_labels_are_read_as_they_are() -> None:
    body = node({}, entry(OTHER, "nvidia.com/gpu.product"), entry(KUBECTL, "f:x", operation="Update"))
    assert {label: [owner.manager for owner in owners] for label, owners in label_owners(body).items()} == {
        "nvidia.com/gpu.product": [OTHER],
        "f:x": [KUBECTL],
    }
    assert label_owners({"metadata": {}}) == {}
    assert label_owners({"metadata": {"managedFields": [{"manager": "x"}]}}) == {}
