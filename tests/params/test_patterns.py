"""A value that has not its form is refused in words, not by a regular expression."""

from typing import Any

import pytest

from dlctl.errors import Location, ParamError
from dlctl.params.described_type import describe_type
from dlctl.params.parse_value import Force, typed_value
from dlctl.params.schema import problems_of
from dlctl.registry.prototypes.model import ParamSpec
from dlctl.registry.prototypes.string_formats import expand_formats
from dlctl.text import without_user_information

LONG = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?){0,2}$"
TEXT = {"type": "string", "description": "Name of a claim, such as imagenet"}


def _refusal(schema: dict[str, Any], value: Any) -> tuple[str, str | None]:
    spec = ParamSpec("data", schema, required=False, group="", location=None)
    (problem,) = problems_of(spec, value, "", None)
    return problem.message, problem.hint


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        (
            {**TEXT, "pattern": LONG},
            "Image Net",
            "parameter 'data': \"Image Net\" is not in the required format",
        ),
        (
            {**TEXT, "not": {"pattern": "/"}},
            "a/b",
            "parameter 'data': \"a/b\" is not in the required format",
        ),
        (
            {**TEXT, "pattern": LONG, "writeOnly": True},
            "A B",
            "parameter 'data': (hidden) is not in the required format",
        ),
        (
            {**TEXT, "pattern": LONG, "x-rule": "a claim in lower case"},
            "Image Net",
            "parameter 'data': \"Image Net\" must be a claim in lower case",
        ),
        (
            {**TEXT, "not": {"pattern": "^own-", "x-rule": "a name that the operator takes"}},
            "own-data",
            "parameter 'data': \"own-data\" is a name that the operator takes",
        ),
        ({**TEXT, "pattern": "^/"}, "a", 'parameter \'data\': "a" does not match "^/"'),
    ],
)
def test_format_error_shows_the_description(schema: dict[str, Any], value: str, message: str) -> None:
    reported, hint = _refusal(schema, value)
    assert reported == message
    assert (hint or "").startswith("data is string")
    assert ("such as imagenet" in (hint or "")) == ("does not match" not in message)


def test_a_key_that_is_refused_is_named_with_its_reason() -> None:
    reserved = {"pattern": "^example\\.com/", "x-rule": "a label that the operator sets itself"}
    schema = {"type": "object", "propertyNames": {"not": reserved}}
    message, _ = _refusal(schema, {"team": "a", "example.com/name": "b"})
    assert message == "parameter 'data': \"example.com/name\" is a label that the operator sets itself"


def test_an_empty_text_is_called_empty() -> None:
    message, hint = _refusal({**TEXT, "pattern": LONG}, "")
    assert message == "parameter 'data': must not be empty"
    assert "such as imagenet" in (hint or "")


def test_format_error_inside_a_mapping_shows_the_description() -> None:
    schema = {"type": "object", "additionalProperties": {"type": "string"}, "description": "As NAME: value"}
    assert _refusal(schema, {"A": 1}) == (
        "parameter 'data.A': must be a string, found 1",
        "put it in quotes: '1'",
    )


@pytest.mark.parametrize(("pattern", "words"), [("^/", "string, matching ^/"), (LONG, "string")])
def test_type_description_shows_short_patterns(pattern: str, words: str) -> None:
    assert describe_type({"type": "string", "pattern": pattern}) == words


LABEL = "a DNS label: lowercase letters, digits and '-', beginning and ending with a letter or digit"


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({}, "My_Queue", f"parameter 'data': \"My_Queue\" must be {LABEL}, at most 63 characters"),
        (
            {"maxLength": 9},
            "a-long-name",
            f"parameter 'data': \"a-long-name\" must be {LABEL}, at most 9 characters",
        ),
        ({"writeOnly": True}, "A", f"parameter 'data': (hidden) must be {LABEL}, at most 63 characters"),
    ],
)
def test_a_named_format_is_explained_in_words(schema: dict[str, Any], value: str, message: str) -> None:
    told, hint = _refusal(_expanded({**TEXT, "x-format": "dns-label", **schema}), value)
    assert told == message
    assert hint == "data is string, format dns-label: Name of a claim, such as imagenet"


@pytest.mark.parametrize(
    ("schema", "value", "start"),
    [
        (
            {"type": "array", "items": {"x-format": "pci-id"}},
            ["10de", "1"],
            "parameter 'data.1': \"1\" must be a PCI ID",
        ),
        (
            {"type": "object", "propertyNames": {"x-format": "label-key"}},
            {"a b": 1},
            "parameter 'data': \"a b\" must be a label key",
        ),
        (
            {"$ref": "#/$defs/size", "$defs": {"size": {"type": "string", "x-format": "volume-size"}}},
            "10",
            "parameter 'data': \"10\" must be the size of a volume",
        ),
    ],
)
def test_a_named_format_works_everywhere_in_a_schema(schema: dict[str, Any], value: Any, start: str) -> None:
    told, _ = _refusal(_expanded(schema), value)
    assert told.startswith(start)


def test_a_value_that_breaks_a_format_in_two_ways_is_told_once() -> None:
    told, _ = _refusal(_expanded({**TEXT, "x-format": "dns-label"}), "A" * 64)
    assert told.endswith("at most 63 characters")


def test_a_type_shows_the_name_of_a_format() -> None:
    assert describe_type(_expanded({"type": "string", "x-format": "pci-id"})) == "string, format pci-id"


def _expanded(schema: dict[str, Any]) -> dict[str, Any]:
    return expand_formats("parameter 'data'", schema, Location("prototype.yaml", 3))


URL = "https://u:TOKEN@host/a/b"


def test_messages_show_urls_without_user_information() -> None:
    text = {"type": "string", "pattern": LONG}
    for schema in (text, {"type": "integer"}, {"enum": ["a"]}, {"type": "string", "pattern": "^a"}):
        assert "TOKEN" not in _refusal(schema, URL)[0]
        assert "https://***@host/a/b" in _refusal(schema, URL)[0]
    number = ParamSpec("n", {"type": "integer"}, required=False, group="", location=None)
    for force in (Force.SCHEMA, Force.JSON):
        with pytest.raises(ParamError, match=r"https://\*\*\*@host") as refused:
            typed_value(number, (), URL, force)
        assert "TOKEN" not in f"{refused.value.message} {refused.value.hint}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ssh://git@host/a and https://t:p@ss@host/b", "ssh://***@host/a and https://***@host/b"),
        ("https://host/a@v1", "https://host/a@v1"),
        ("https://host:80/a?b=c@d", "https://host:80/a?b=c@d"),
        ('["https://host","a@b"]', '["https://host","a@b"]'),
    ],
)
def test_only_user_information_is_masked(text: str, shown: str) -> None:
    assert without_user_information(text) == shown


DESCRIBED = "data is object: As in a pod"
VOLUME = {
    "type": "object",
    "properties": {"emptyDir": {"type": "object"}, "claim": {"type": "string"}},
    "oneOf": [{"required": ["emptyDir"]}, {"required": ["claim"]}],
    "additionalProperties": False,
}
NUMBER_OR_NAME = {
    "anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}, {"$ref": "#/$defs/volume"}]
}
NESTED = {
    "type": "object",
    "properties": {"port": NUMBER_OR_NAME, "volumes": {"additionalProperties": {"$ref": "#/$defs/volume"}}},
    "additionalProperties": False,
    "$defs": {"volume": VOLUME},
    "description": "As in a pod",
}


@pytest.mark.parametrize(
    ("value", "reported"),
    [
        ({"prot": 1}, [("data'", "unknown key 'prot'", "did you mean 'port'?")]),
        ({"x": 1, "y": 2}, [("data'", "unknown keys 'x' and 'y'", "allowed keys: port, volumes")]),
        (
            {"volumes": {"v": {"emptyDirr": {}}}},
            [
                ("data.volumes.v'", "must have exactly one of the keys emptyDir, claim", DESCRIBED),
                ("data.volumes.v'", "unknown key 'emptyDirr'", "did you mean 'emptyDir'?"),
            ],
        ),
        (
            {"port": []},
            [
                (
                    "data.port'",
                    "[] must be integer, at least 1; or string; or object with the keys emptyDir, claim",
                    DESCRIBED,
                )
            ],
        ),
    ],
)
def test_what_is_accepted_inside_a_mapping(value: Any, reported: list[tuple[str, str, str]]) -> None:
    spec = ParamSpec("data", NESTED, required=False, group="", location=None)
    found = [(problem.message, problem.hint) for problem in problems_of(spec, value, "", None)]
    assert sorted(found) == [(f"parameter '{place}: {what}", hint) for place, what, hint in reported]


def test_the_description_is_given_once() -> None:
    schema = {**NESTED, "additionalProperties": {"type": "integer"}}
    spec = ParamSpec("data", schema, required=False, group="", location=None)
    hints = [problem.hint for problem in problems_of(spec, {"a": "x", "b": "y"}, "", None)]
    assert hints == [DESCRIBED, "data is object"]
