"""Plain expressions have the value that the engine gives them, or are left to it."""

import random
from typing import Any

import pytest

from dlctl.errors import RenderError
from dlctl.render.engine.engine import Engine
from dlctl.render.plain.condition import plain_value
from dlctl.render.plain.tokens import NotPlainError

VALUES: list[Any] = [None, True, False, 0, 1, 3, -2, 1.5, "", "a", "gs://b", "Never", "x" * 70, "é"]
VALUES += [[], ["a", "b"], [1, True], [[1]], {}, {"a": 1, "length": 2}, {"b": {"a": "c"}}, 10**120]
PIECES = """
params.a params.b params.c params.d params.missing component.name component nothing params
true false none None True 0 1 2 12 007 1.5 1_0 "a" 'gs://' "" "a\\n" ["a","b"] [1,] [] (1,2) ()
[0] [-1] ["a"] [0:1] .a .length .startswith("a") .split("://") .split("") .split .lower() .endswith(params.b)
== != < <= > >= = in not|in is|none is|not|none is|defined is|undefined is|string is|not|defined is|in|["a"]
and or not ~ + - * ** | |length |length() |first |upper |default(1) ( ) [ ] , . if else # {{ }} ~ ~ == and or
"""
COMMON = """
params.a params.b params.c params.a params.b component.name 1 "a" == in and or not|in not is|none ~ +
( ) |length [0] is|not|none <= ["a"] .startswith("a")
"""
SIGNS = "== != < <= > >= in not|in + - ~ and or"


def _text(chosen: random.Random) -> str:
    pieces = chosen.choices((COMMON if chosen.random() < 0.7 else PIECES).split(), k=chosen.randint(1, 9))
    separator = chosen.choice(["", " ", " ", " "])
    return separator.join(piece.replace("|", " ") if "|" in piece[1:] else piece for piece in pieces)


def _operand(chosen: random.Random, depth: int) -> str:
    simple = ["params.a", "params.b", "params.c", "component.name", "1", '"a"', "none", '["a", 1]', "true"]
    if depth == 0:
        return chosen.choice(simple)

    def inner() -> str:
        return _operand(chosen, depth - 1)

    sign = chosen.choice(SIGNS.split()).replace("|", " ")
    forms = [
        *[f"{inner()} {sign} {inner()}"] * 3,
        f"not {inner()}",
        f"({inner()})",
        f"{inner()} | length",
        f"{inner()} is {chosen.choice(['none', 'not none', 'defined', 'not defined'])}",
        f"{inner()}[{chosen.choice(['0', '1', inner()])}]",
        f"[{inner()}, {inner()}]",
        f"{inner()}.{chosen.choice(['startswith', 'endswith', 'split'])}({inner()})",
    ]
    return chosen.choice(forms)


def _agree(engine: Engine, text: str, scope: dict[str, Any]) -> bool:
    """Whether the expression is plain; then its value is that of the engine."""
    try:
        plain = plain_value(text, scope)
    except NotPlainError:
        return False
    try:
        value = engine.evaluate(text, scope, location=None)
    except RenderError as error:
        pytest.fail(f"{text!r} with {scope}: {plain!r}, but the engine says: {error.message}")
    assert (type(plain), plain) == (type(value), value), (text, scope)
    return True


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_values_are_those_of_the_engine(seed: int) -> None:
    chosen, engine, plain = random.Random(seed), Engine(), 0
    for number in range(1500):
        text = _text(chosen) if number % 3 == 0 else _operand(chosen, chosen.randint(1, 3))
        scope = {
            "params": dict(zip("abcd", chosen.choices(VALUES, k=4), strict=True)),
            "component": {"name": chosen.choice(["a", "cnn", "x" * 60])},
        }
        plain += _agree(engine, text, scope)
    assert plain > 200


SCOPE = {
    "params": {"a": 3, "b": "gs://models", "c": None, "d": ["x", "y"]},
    "component": {"name": "cnn"},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('(component.name ~ "-worker-" ~ (params.a - 1)) | length <= 63', True),
        ('params.b.split("://")[0] in ["gs", "s3"] and params.c is none', True),
        ("params.c is not none or not params.d", False),
        ('component.name[0] not in "abc"', False),
        ("params.d", ["x", "y"]),
    ],
)
def test_common_rules_need_no_engine(text: str, value: Any) -> None:
    assert plain_value(text, SCOPE) == value == Engine().evaluate(text, SCOPE, location=None)


@pytest.mark.parametrize(
    "text",
    [
        "params.nothing is none",
        "params.a < params.b",
        "params.a == 1 == 2",
        "params.b | upper",
        "params.c ~ 1",
        "'a' 'b'",
        "(" * 40 + "1" + ")" * 40,
        "params.a is none | string",
        "nothing",
        "",
    ],
)
def test_all_else_is_left_to_the_engine(text: str) -> None:
    with pytest.raises(NotPlainError):
        plain_value(text, SCOPE)
