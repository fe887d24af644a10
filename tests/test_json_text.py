"""What is read from JSON is what Python's own parser reads, where that takes it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.json_text import NotJson, parse_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda part: st.lists(part, max_size=4) | st.dictionaries(st.text(), part, max_size=4),
    max_leaves=20,
)
NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,25})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)


@given(VALUES, st.booleans())
def test_values(value: object, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    try:
        data = text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return
    assert repr(parse_json(data)) == repr(json.loads(text))


@given(NUMBERS)
def test_numbers(text: str) -> None:
    assert repr(parse_json(text)) == repr(json.loads(text))
    assert repr(parse_json(text.encode())) == repr(json.loads(text))


@pytest.mark.parametrize(
    "text",
    ["NaN", "Infinity", "-Infinity", '"\\ud800"', "[" * 300 + "]" * 300, "[" * 10**5, "01", "1" * 5000],
)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(NotJson):
        parse_json(text)
