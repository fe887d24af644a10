"""Whatever stands where a parameter's schema should be: it is read, or refused with its place."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.cli.output.views.prototype import describe_text
from dlctl.cli.output.views.prototype_page import prototype_page
from dlctl.errors import DlctlError, ParamError, RegistryError
from dlctl.params.layers import Layer
from dlctl.params.parse_value import typed_value
from dlctl.params.resolve import check, combine
from dlctl.params.schema import broken_schemas
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.model import Prototype
from dlctl.registry.prototypes.source import Source
from dlctl.yamlio.dump import dump
from tests.params.test_merge_patch import JSON

TYPE = st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "null", "nope"])
NAME = st.sampled_from(["one", "two"])
KEYWORDS = st.sampled_from(
    (
        "type",
        "enum",
        "const",
        "default",
        "examples",
        "items",
        "properties",
        "additionalProperties",
        "patternProperties",
        "anyOf",
        "oneOf",
        "allOf",
        "not",
        "if",
        "then",
        "else",
        "required",
        "dependentRequired",
        "dependentSchemas",
        "minimum",
        "maximum",
        "pattern",
        "format",
        "writeOnly",
        "x-aliases",
        "x-format",
        "description",
        "$ref",
        "$defs",
        "maxLength",
    )
)
SCHEMA: st.SearchStrategy[Any] = st.recursive(
    st.dictionaries(KEYWORDS, JSON | TYPE | st.lists(TYPE, max_size=2), max_size=3),
    lambda below: st.dictionaries(
        KEYWORDS,
        below | st.lists(below, max_size=2) | st.dictionaries(NAME, below, max_size=2),
        min_size=1,
        max_size=3,
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("prototypes")
    (root / "some" / "any" / "templates").mkdir(parents=True)
    return root


def catalogue(folder: Path, **keys: Any) -> Catalogue:
    (folder / "some" / "any" / "prototype.yaml").write_text(dump({"summary": "x", **keys}), encoding="utf-8")
    return Catalogue([Source(folder, "prototypes", builtin=False)])


def refusal(work: Callable[[], object]) -> DlctlError | None:
    try:
        work()
    except DlctlError as error:
        return error
    return None


def give(prototype: Prototype, path: tuple[str, ...], text: str) -> None:
    typed_value(prototype.params["one"], path, text)
    params = combine("c", prototype, [Layer("l", {"one": text}, lambda _: None)])
    check(params, prototype, "")
    list(broken_schemas(prototype, params))


@given(schema=SCHEMA | JSON, text=st.text(max_size=6) | st.sampled_from(["1", "true", "[1]", "{one: 1}"]))
def test_a_parameters_schema(folder: Path, schema: Any, text: str) -> None:
    found = catalogue(folder, params={"one": schema, "two": {"type": "integer"}})
    error = refusal(lambda: found.find("any"))
    if error:
        assert isinstance(error, RegistryError)
        assert error.location
        assert error.location.line
        return
    prototype = found.find("any")
    assert describe_text(prototype)
    assert prototype_page([prototype])
    for path in ((), ("one",), ("one", "two")):
        error = refusal(partial(give, prototype, path, text))
        assert error is None or isinstance(error, ParamError | RegistryError)


@given(schema=SCHEMA)
def test_a_schema_over_several_values(folder: Path, schema: dict[str, Any]) -> None:
    entry = {**schema, "description": "d"}
    found = catalogue(folder, params={"one": {}, "two": {}}, allOf=[entry])
    error = refusal(lambda: give(found.find("any"), (), "text"))
    assert error is None or error.location is not None
