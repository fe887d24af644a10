"""A value that has not its form is refused in words, not by a regular expression."""

from typing import Any

import pytest

from dlctl.params.schema import describe_type, problems_of
from dlctl.registry.prototypes.model import ParamSpec

LONG = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
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
        ({**TEXT, "pattern": "^/"}, "a", 'parameter \'data\': "a" does not match "^/"'),
    ],
)
def test_format_error_shows_the_description(schema: dict[str, Any], value: str, message: str) -> None:
    reported, hint = _refusal(schema, value)
    assert reported == message
    assert (hint or "").startswith("data is string")
    assert ("such as imagenet" in (hint or "")) == ("not in the required format" in message)


def test_format_error_inside_a_mapping_shows_the_description() -> None:
    schema = {"type": "object", "additionalProperties": {"type": "string"}, "description": "As NAME: value"}
    assert _refusal(schema, {"A": 1}) == (
        "parameter 'data.A': 1 is not of type \"string\"",
        "data is object: As NAME: value",
    )


@pytest.mark.parametrize(("pattern", "words"), [("^/", "string, matching ^/"), (LONG, "string")])
def test_type_description_shows_short_patterns(pattern: str, words: str) -> None:
    assert describe_type({"type": "string", "pattern": pattern}) == words
