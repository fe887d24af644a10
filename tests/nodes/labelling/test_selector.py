"""Label selectors mean what they mean for kubectl."""

import pytest

from dlctl.nodes.labelling.selector import parse_selector

LABELS = {"pool": "a", "example.com/tier": "gold", "count": "12", "empty": ""}


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("", True),
        ("pool", True),
        ("nope", False),
        ("!nope", True),
        ("! pool", False),
        ("pool=a", True),
        ("pool == a", True),
        ("pool=b", False),
        ("pool!=a", False),
        ("pool!=b", True),
        ("nope!=b", True),
        ("pool in (a, b)", True),
        ("pool in (b,c)", False),
        ("pool notin (b,c)", True),
        ("pool notin (a)", False),
        ("nope notin (a)", True),
        ("nope in (a)", False),
        ("empty=", True),
        ("empty in (,a)", True),
        ("count>9", True),
        ("count>12", False),
        ("count<13", True),
        ("pool>1", False),
        ("nope<1", False),
        ("example.com/tier=gold,pool in (a,b),!nope", True),
        ("example.com/tier=gold,pool in (b)", False),
    ],
)
def test_what_matches(text: str, matches: bool) -> None:
    assert parse_selector(text).matches(LABELS) is matches


@pytest.mark.parametrize(
    "text", ["a b", "a=b c", "a in b", "a,,b", "a in (b", "=a", "a=b,", "A_b/c=d", "a=-b", "a>b", "!"]
)
def test_what_is_no_selector(text: str) -> None:
    with pytest.raises(ValueError, match=r"label selector|in '"):
        parse_selector(text)
