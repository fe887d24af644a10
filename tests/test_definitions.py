"""What a CustomResourceDefinition defines."""

from typing import Any

import pytest

from dlctl.kinds import DefinedKind, is_definition, read_definition
from dlctl.manifest import GroupKind

WIDGETS: dict[str, Any] = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "spec": {
        "group": "example.com",
        "names": {"kind": "Widget", "plural": "widgets"},
        "scope": "Cluster",
        "versions": [{"name": "v2"}, {"name": "v1", "served": False}, {"name": "v1beta1", "served": True}],
    },
}


def test_it_defines_one_kind_in_the_versions_that_are_served() -> None:
    kind = GroupKind("example.com", "Widget")
    assert read_definition(WIDGETS) == DefinedKind(kind, "widgets", False, ("v2", "v1beta1"))


@pytest.mark.parametrize(
    "spec",
    [None, "text", {}, {"names": [], "versions": 5}, {"versions": ["v1"], "scope": "Namespaced"}],
)
def test_what_it_does_not_say_is_empty(spec: Any) -> None:
    found = read_definition({"kind": "CustomResourceDefinition", "spec": spec})
    assert found == DefinedKind(GroupKind("", ""), "", True, ())


def test_another_group_may_have_a_kind_of_that_name() -> None:
    assert is_definition(WIDGETS)
    assert not is_definition({**WIDGETS, "apiVersion": "example.com/v1"})
    assert not is_definition({**WIDGETS, "kind": "Widget"})
