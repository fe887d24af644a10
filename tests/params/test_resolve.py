"""Layers to values: whatever the files say, the answer is values or a ParamError."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.errors import ParamError
from dlctl.params.layers import Layer
from dlctl.params.model import ParamSet
from dlctl.params.parse_value import Force, typed_value
from dlctl.params.resolve import check, combine
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.model import ParamSpec, Prototype
from dlctl.registry.prototypes.source import Source
from tests.conftest import SMALL_APP
from tests.params.test_merge_patch import JSON


@pytest.fixture(scope="module")
def prototype(tmp_path_factory: pytest.TempPathFactory) -> Prototype:
    root = tmp_path_factory.mktemp("catalogue")
    for name, text in SMALL_APP.items():
        if name.startswith("prototypes/"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
    return Catalogue([Source(root / "prototypes", "prototypes", builtin=False)]).find("page")


def combined(prototype: Prototype, *layers: dict[str, Any]) -> ParamSet:
    return combine(
        "web", prototype, [Layer(f"layer {n}", values, lambda _: None) for n, values in enumerate(layers)]
    )


NAMES = st.sampled_from(["replicas", "numReplicas", "title", "tags", "env_vars", "debug", "size", "nope", ""])


@given(layers=st.lists(st.dictionaries(NAMES, JSON, max_size=4), max_size=4))
def test_random_layers_give_values_or_a_param_error(
    prototype: Prototype, layers: list[dict[str, Any]]
) -> None:
    try:
        params = combined(prototype, *layers)
        check(params, prototype, "")
    except ParamError:
        return
    assert list(params.params) == list(prototype.params)


def test_null_removes_the_default(prototype: Prototype) -> None:
    assert combined(prototype, {"title": "x"}, {"title": None}).values["title"] is None


def test_value_after_null_does_not_restore_lower_layers(prototype: Prototype) -> None:
    values = combined(
        prototype, {"env_vars": {"A": "1"}}, {"env_vars": None}, {"env_vars": {"B": "2"}}
    ).values
    assert values["env_vars"] == {"B": "2"}


def test_every_problem_is_listed(prototype: Prototype) -> None:
    with pytest.raises(ParamError) as caught:
        check(combined(prototype, {"replicas": "x", "title": 3, "tags": 1}), prototype, "")
    assert len(caught.value.problems) == 3


def spec(**schema: Any) -> ParamSpec:
    return ParamSpec("p", schema, required=False, group="", location=None)


@given(st.text())
def test_string_parameter_accepts_any_text_unchanged(text: str) -> None:
    assert typed_value(spec(type="string"), (), text) == text


@given(st.text(), st.sampled_from(["integer", "number", "boolean", "array", "object"]))
def test_other_types_give_that_type_or_a_param_error(text: str, name: str) -> None:
    types = {"integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}
    try:
        value = typed_value(spec(type=name), (), text)
    except ParamError:
        return
    assert isinstance(value, types[name])  # type: ignore[arg-type]


@given(st.integers(-(10**20), 10**20))
def test_integers(number: int) -> None:
    assert typed_value(spec(type="integer"), (), str(number)) == number


@given(JSON)
def test_force_json(value: Any) -> None:
    import json

    assert typed_value(spec(type="string"), (), json.dumps(value), Force.JSON) == value


@given(st.text())
def test_secrets_are_never_in_an_error(text: str) -> None:
    secret = f"hunter2{text}"
    with pytest.raises(ParamError) as caught:
        typed_value(spec(type="integer", writeOnly=True), (), secret)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


@given(st.lists(st.sampled_from(["1", "1.10", "on", "true", "0x1f", "-7", "1e3", "word"]), max_size=5))
def test_strings_in_lists_and_mappings_are_kept_as_written(texts: list[str]) -> None:
    strings = {"type": "string"}
    flow = "[" + ", ".join(texts) + "]"
    assert typed_value(spec(type="array", items=strings), (), flow) == texts
    nested = spec(type="object", additionalProperties={"type": "array", "items": strings})
    assert typed_value(nested, (), f"{{a: {flow}}}") == {"a": texts}
    assert typed_value(nested, ("a",), flow) == texts


def test_values_without_string_type_are_parsed_as_yaml() -> None:
    mixed = {"properties": {"text": {"type": "string"}, "either": {"type": ["string", "integer"]}}}
    found = typed_value(spec(type="object", **mixed), (), "{text: 1, either: 2, other: 3, last: '4'}")
    assert found == {"text": "1", "either": 2, "other": 3, "last": "4"}
