"""Fragments and merge: what prototypes share."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.errors import RenderError
from dlctl.render.engine.budget import Budget, Limits
from dlctl.render.engine.engine import Engine
from dlctl.render.engine.filters import merge as merging
from dlctl.render.engine.template_set import TemplateSet
from tests.render.engine.conftest import Workbench

CONTAINER = """\
name: {{ name }}
{% if gpus %}
resources:
  limits: {{ {"nvidia.com/gpu": gpus} }}
{% endif %}
image: {{ image | default(params.image) }}
"""


def test_a_fragment_is_a_value_made_of_the_scope_and_its_arguments(bench: Workbench) -> None:
    files = {
        "a.yaml.j2": """\
containers:
- {{ fragment("container", name="tf", gpus=params.gpus) }}
- {{ fragment("container", name=component.name, gpus=0, image="other") | merge({"env": []}) }}
""",
        "fragments/container.yaml.j2": CONTAINER,
    }
    assert bench.value(files, image="tf:1", gpus=2) == {
        "containers": [
            {"name": "tf", "resources": {"limits": {"nvidia.com/gpu": 2}}, "image": "tf:1"},
            {"name": "cnn", "image": "other", "env": []},
        ]
    }


def test_an_empty_fragment_is_none(bench: Workbench) -> None:
    files = {
        "a.yaml.j2": "a: 1\nb: {{ fragment('f') }}\nc: {{ fragment('f') | merge({'d': 1}) }}\n",
        "fragments/f.yaml.j2": "{% if params.on %}\nx: 1\n{% endif %}\n",
    }
    assert bench.value(files, on=False) == {"a": 1, "c": {"d": 1}}


def test_a_fragment_does_not_see_its_callers_variables(bench: Workbench) -> None:
    files = {
        "a.yaml.j2": "{% set x = 1 %}\na: {{ fragment('f') }}\n",
        "fragments/f.yaml.j2": "b: {{ x }}\n",
    }
    assert "'x' is not defined" in bench.error(files).message


def test_fragment_results_depend_on_arguments(bench: Workbench) -> None:
    files = {
        "a.yaml.j2": "a:\n"
        + "".join(f"- {{{{ fragment('f', x={x}) }}}}\n" for x in ("1", "true", "1.0", "1")),
        "fragments/f.yaml.j2": "{{ x }}\n",
    }
    found = bench.value(files)["a"]
    assert [(one, type(one)) for one in found] == [(1, int), (True, bool), (1.0, float), (1, int)]


def test_the_first_folder_with_the_name_wins(bench: Workbench) -> None:
    bench.set_of({"a.yaml.j2": "a: {{ fragment('f') }}\n", "fragments/f.yaml.j2": "shared\n"})
    own = bench.root / "own"
    own.mkdir()
    (own / "f.yaml.j2").write_text("own\n")
    engine = Engine()
    for folders, wanted in (
        ((own, bench.root / "fragments"), "own"),
        ((bench.root / "fragments", own), "shared"),
    ):
        templates = engine.load(TemplateSet(bench.root / "templates", folders))
        (found,) = engine.render(templates, {})
        assert found.value == {"a": wanted}


MERGES: list[tuple[Any, Any, Any]] = [
    ({"a": {"b": 1}}, {"a": {"c": 2}, "d": 3}, {"a": {"b": 1, "c": 2}, "d": 3}),
    ({"a": 1}, None, {"a": 1}),
    (None, None, None),
    ({"a": None, "b": 1}, {"a": 2, "b": None}, {"a": 2, "b": 1}),
    ({"a": 1}, {"a": 1}, {"a": 1}),
    (
        [{"name": "a", "image": "x"}, {"name": "b"}],
        [{"name": "b", "tty": True}, {"name": "c"}],
        [{"name": "a", "image": "x"}, {"name": "b", "tty": True}, {"name": "c"}],
    ),
    (
        [{"name": "data", "mountPath": "/a"}],
        [{"name": "data", "mountPath": "/b"}, {"mountPath": "/a", "name": "data", "readOnly": True}],
        [{"name": "data", "mountPath": "/a", "readOnly": True}, {"name": "data", "mountPath": "/b"}],
    ),
    ([{"key": "gpu"}], [{"key": "gpu", "operator": "Exists"}], [{"key": "gpu", "operator": "Exists"}]),
    (["--a"], ["--b", None, "--a"], ["--a", "--b", "--a"]),
    ([{"secretRef": 1}], [{"secretRef": 1}], [{"secretRef": 1}, {"secretRef": 1}]),
    (
        [{"key": "t", "effect": "A"}, {"key": "t", "effect": "B"}],
        [{"key": "t", "effect": "B"}, {"key": "t", "effect": "C"}],
        [{"key": "t", "effect": "A"}, {"key": "t", "effect": "B"}, {"key": "t", "effect": "C"}],
    ),
]


@pytest.mark.parametrize(("left", "right", "wanted"), MERGES)
def test_merge_examples(bench: Workbench, left: Any, right: Any, wanted: Any) -> None:
    assert bench.evaluated("params.left | merge(params.right)", left=left, right=right) == wanted


CONTRADICTIONS: list[tuple[Any, Any, str]] = [
    ({"a": {"b": 1}}, {"a": {"b": 2}}, "merge: conflicting values at a.b"),
    ({"a": True}, {"a": 1}, "merge: cannot merge a boolean and an integer at a"),
    ({"a": []}, {"a": {}}, "merge: cannot merge a list and a mapping at a"),
    (
        {"spec": {"containers": [{"name": "tf", "image": "secret-a"}]}},
        {"spec": {"containers": [{"name": "tf", "image": "secret-b"}]}},
        "merge: conflicting values at spec.containers[name=tf].image",
    ),
    (1, 2, "merge: conflicting values at the top level"),
]


@pytest.mark.parametrize(("left", "right", "wanted"), CONTRADICTIONS)
def test_merge_conflict_error_has_path(bench: Workbench, left: Any, right: Any, wanted: str) -> None:
    error = bench.error("a: {{ params.left | merge(params.right) }}\n", left=left, right=right)
    assert error.message == f"{wanted} (component cnn in environment gke)"


NAMES = st.sampled_from(["a", "b", "name", "key", "mountPath"])
MERGEABLE = st.recursive(
    st.one_of(st.none(), st.integers(0, 1), st.sampled_from(["x", "y"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=8,
)
MAPPINGS = st.dictionaries(NAMES, MERGEABLE, max_size=4)


def merge(*values: Any) -> Any:
    return merging.merge(values, Budget(Limits()))


def without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_none(item) for key, item in value.items() if item is not None}
    return [without_none(item) for item in value if item is not None] if isinstance(value, list) else value


@given(MAPPINGS)
def test_merging_with_nothing_removes_only_none(value: dict[str, Any]) -> None:
    assert merge(value) == merge(value, None) == merge(None, value) == merge(value, {}) == without_none(value)


@given(MAPPINGS, MAPPINGS)
def test_merge_keeps_everything_of_both_sides_or_refuses(left: dict[str, Any], right: dict[str, Any]) -> None:
    try:
        found = merge(left, right)
    except RenderError:
        return
    assert list(found)[: len(without_none(left))] == list(without_none(left))
    assert set(found) == set(without_none(left)) | set(without_none(right))
    for side in (without_none(left), without_none(right)):
        for key, item in side.items():
            if not isinstance(item, dict | list):
                assert found[key] == item


@given(MAPPINGS, MAPPINGS)
def test_sides_without_common_keys_merge_in_any_order(left: dict[str, Any], right: dict[str, Any]) -> None:
    apart = {f"other-{key}": item for key, item in right.items()}
    assert merge(left, apart) == merge(apart, left)
