"""Whatever an object or a CRD holds, it is judged: no value makes a check fail."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlctl.manifest import Manifest, ref_of
from dlctl.schemas.catalogue import SchemaCatalogue
from dlctl.schemas.document import compacted
from dlctl.schemas.index import SchemaIndex
from dlctl.schemas.store import SchemaStore
from dlctl.workflow.validation.objects import ObjectChecks
from tests.schemas.documents import CLUSTER
from tests.schemas.oracle.mutations import paths
from tests.schemas.test_check import GOOD as DEPLOYMENT
from tests.schemas.test_definition_rules import GOOD as DEFINITION

pytestmark = pytest.mark.slow

CRD = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", **DEFINITION}
WIDGET = {
    "apiVersion": "example.com/v1",
    "kind": "Widget",
    "metadata": {"name": "w"},
    "spec": {"parts": ["a", None, {"b": 1}]},
}
KEYS = st.sampled_from(
    ["type", "items", "properties", "$ref", "allOf", "not", "enum", "name", "containers", "x", "nullable"]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
)
ANYTHING = st.recursive(
    SCALARS, lambda part: st.lists(part, max_size=3) | st.dictionaries(KEYS, part, max_size=3), max_leaves=8
)


class Documents(SchemaStore, frozen=True):
    """The small documents, without files."""

    def content(self, hashed: str) -> bytes | None:
        from dlctl.schemas.document import packed

        return packed(compacted({"components": {"schemas": CLUSTER[{"1": "apps/v1", "2": "v1"}[hashed[0]]]}}))


CATALOGUE = SchemaCatalogue(SchemaIndex("v1.36.3", {"apps/v1": "1" * 40, "v1": "2" * 40}), Documents(()))


def changed(body: Any, place: int, value: Any) -> Any:
    """The object with one of its values replaced; its identity stays."""
    result = copy.deepcopy(body)
    found = [path for path, _ in paths(result) if path and path[0] != "metadata"]
    path = found[place % len(found)]
    holder = result
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return result


def manifest(body: Any) -> Manifest:
    return Manifest(ref_of(body), body["apiVersion"], body, "it")


@settings(max_examples=400)
@given(st.integers(0, 100), ANYTHING)
def test_any_value_in_a_deployment(place: int, value: Any) -> None:
    body = changed(DEPLOYMENT, place, value)
    found = list(ObjectChecks(CATALOGUE, (), (1, 36)).problems(manifest(body)))
    assert all(problem.message and problem.code for problem in found)


@settings(max_examples=400)
@given(st.integers(0, 100), ANYTHING)
def test_any_value_in_a_definition_and_an_object_of_it(place: int, value: Any) -> None:
    definition = manifest(changed(CRD, place, value))
    checks = ObjectChecks(CATALOGUE, (definition,), (1, 36))
    assert all(problem.message for problem in checks.problems(definition))
    assert all(problem.message for problem in checks.problems(manifest(WIDGET)))
