"""How secret values are found in messages, however they are written there, cut or quoted in parts."""

import base64
import json
import shlex
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.redact import MASK, Redactor
from dlctl.spellings import one_line

VALUES = st.text(alphabet="aB3é \"'\\\n\t<&>%/+ü\u2028\x07", min_size=12, max_size=30).filter(
    lambda text: len("".join(text.split())) >= 12 and text == text.strip()
)


def in_base64(value: str) -> list[str]:
    """Base64 of texts that have the value, at each alignment."""
    return [
        encode(f"{before}{value}{after}".encode()).decode()
        for before in ("", "u", "u:", "u:x")
        for after in ("", "@", "@h")
        for encode in (base64.b64encode, base64.urlsafe_b64encode)
    ]


@given(VALUES)
def test_a_value_is_found_in_every_spelling(value: str) -> None:
    redactor = Redactor().with_values([value])
    escaped = json.dumps(value)
    spellings = [
        value,
        escaped,
        json.dumps(value, ensure_ascii=False),
        json.dumps(escaped),
        json.dumps({"a": json.dumps({"b": value}, ensure_ascii=False)}),
        escaped.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"),
        repr(value),
        shlex.quote(value),
        quote(value),
        quote(value, safe=""),
        quote_plus(value),
    ]
    for spelling in (*spellings, *map(one_line, spellings)):
        masked = redactor.mask_message(f"it says: {spelling}; that is all")
        assert masked.startswith("it says: ")
        assert masked.endswith("; that is all")
        assert MASK in masked
        assert value not in masked
        assert spelling[1:-1] not in masked


@given(VALUES)
def test_a_value_is_found_in_base64_at_every_alignment(value: str) -> None:
    redactor = Redactor().with_values([value])
    for text in in_base64(value):
        masked = redactor.mask_text(text)
        assert MASK in masked
        assert len(masked) <= len(MASK) + 12


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("tab\tand bell\x07 here", r"tab\tand bell\a here"),
        ('a "quoted" \\ one', r"a \"quoted\" \\ one"),
        ("null\x00 and delete\x7f!", r"null\x00 and delete\x7f!"),
        ("separator\u2028é 😀 here", r"separator\u2028é 😀 here"),
        ("line\nfeed\r\vand more", r"line\nfeed\r\vand more"),
    ],
)
def test_values_as_gos_q_writes_them(value: str, quoted: str) -> None:
    assert Redactor().with_values([value]).mask_text(f'"{quoted}" is bad') == f'"{MASK}" is bad'


@given(VALUES, st.integers(min_value=3))
def test_a_value_that_was_cut(value: str, length: int) -> None:
    shown = one_line(value)[: min(length, len(one_line(value)) - 1)]
    for after in ("", " (component web)"):
        masked = Redactor().with_values([value]).mask_message(f"bad value: {shown}…{after}")
        assert masked.replace(" …", "…") == f"bad value: {MASK}…{after}"


def test_a_part_of_a_value_in_a_message() -> None:
    redactor = Redactor().with_values(["k1 in (a, correct-horse-battery"])
    message = "unable to parse: found 'correct-horse-battery', expected ')'"
    assert redactor.mask_message(message) == f"unable to parse: found '{MASK}', expected ')'"
    assert redactor.mask_text("correct-horse") == "correct-horse"
    assert redactor.mask_message("a horse") == "a horse"


def test_overlapping_values_leave_nothing() -> None:
    redactor = Redactor().with_values(["abcdef123", "123456xyz"])
    assert redactor.mask_text("[abcdef123456xyz]") in (f"[{MASK}]", f"[{MASK}456xyz]", f"[{MASK}{MASK}]")
    many = redactor.with_values([f"value-{number:05}" for number in range(60)])
    assert many.mask_text("[abcdef123456xyz]") == f"[{MASK}]"


@pytest.mark.parametrize("quotes", ["''", '""', "``", ('\\"', '\\"'), ("Invalid value: ", ":")])
def test_a_short_value_where_it_is_quoted(quotes: tuple[str, str]) -> None:
    before, after = quotes
    redactor = Redactor().with_values(["abc", 4711])
    for value in ("abc", "4711"):
        assert redactor.mask_message(f"x {before}{value}{after} y") == f"x {before}{MASK}{after} y"
    assert redactor.mask_message("abcd 47110") == "abcd 47110"


def test_what_was_made_from_a_value() -> None:
    redactor = (
        Redactor()
        .with_values(["production-DB-7!"])
        .with_derived(
            ["PRODUCTION-DB-7!", "production", "DB-7!", "db", "!7-BD-noitcudorp", "http://production-DB-7!@h"]
        )
    )
    assert redactor.mask_message('"PRODUCTION-DB-7!"') == f'"{MASK}"'
    assert redactor.mask_message("!7-BD-noitcudorp") == MASK
    assert redactor.mask_message("http://production-DB-7!@h") == f"http://{MASK}@h"
    assert redactor.mask_message("environment production, db") == "environment production, db"
    assert redactor.mask_value({"environment": "production"}) == {"environment": "production"}
