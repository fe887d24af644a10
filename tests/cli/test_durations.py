"""Durations: what Go's time.ParseDuration reads, a bare number of seconds, and nothing else."""

from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.cli.arguments.durations import MOST, Duration
from tests.project import Project

HOUR, MINUTE, SECOND = 3_600_000_000_000, 60_000_000_000, 1_000_000_000


def seconds(text: str, least: str = "0s") -> float:
    return Duration(least).convert(text, None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("60s", 60),
        ("2m", 120),
        ("1h30m", 5400),
        ("500ms", 0.5),
        ("1h0m0.5s", 3600.5),
        ("1.5h", 5400),
        (".5s", 0.5),
        ("5.s", 5),
        ("+5s", 5),
        ("3m1h", 3780),
        ("1m1m", 120),
        ("1us", 1e-6),
        ("1\u00b5s", 1e-6),
        ("1\u03bcs", 1e-6),
        ("1ns", 1e-9),
        ("0", 0),
        ("-0", 0),
        ("90", 90),
        ("0.5", 0.5),
        (".5", 0.5),
        ("007", 7),
    ],
)
def test_what_is_accepted(text: str, expected: float) -> None:
    assert seconds(text) == expected


NO_DURATIONS = """5x s .s . 1h30 5S 1d 1,5s 1e3s 1e3 nan inf --5s +-5s - 5s-3s \u0665s 0x5s 1_000s"""


@pytest.mark.parametrize("text", ["", "1h 30m", " 5s", "5s ", *NO_DURATIONS.split()])
def test_what_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="use for example 30s, 2m or 1h30m"):
        seconds(text)


@pytest.mark.parametrize(
    ("text", "least", "message"),
    [
        ("999ms", "1s", "too short; the minimum is 1s"),
        ("0", "1s", "too short; the minimum is 1s"),
        ("-5s", "0s", "too short; the minimum is 0s"),
        ("1000h", "0s", "too long; the maximum is 596h"),
        ("9" * 60, "0s", "too long"),
        ("9" * 5000, "0s", "is not a valid duration"),
    ],
)
def test_bounds(text: str, least: str, message: str) -> None:
    with pytest.raises(click.BadParameter, match=message):
        seconds(text, least)


def go_string(nanoseconds: int) -> str:
    """As Go's time.Duration.String writes it: `1h0m0.5s`, and below a second `1.5ms`."""
    for unit, size in (("ns", 1), ("\u00b5s", 1000), ("ms", 1_000_000)):
        if nanoseconds < min(size * 1000, SECOND):
            return decimal(nanoseconds, size) + unit
    hours, rest = divmod(nanoseconds, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    text = decimal(rest, SECOND) + "s"
    if hours or minutes:
        text = f"{minutes}m{text}"
    return f"{hours}h{text}" if hours else text


def decimal(number: int, size: int) -> str:
    whole, rest = divmod(number, size)
    digits = str(size + rest)[1:].rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)


@given(st.integers(0, int(MOST) * SECOND))
def test_what_go_writes_is_read_back(nanoseconds: int) -> None:
    assert round(seconds(go_string(nanoseconds)) * SECOND) == nanoseconds


@given(st.floats(0, MOST).map(lambda number: round(number, 6)))
def test_a_bare_number_is_that_many_seconds(number: float) -> None:
    text = f"{number:.6f}"
    assert seconds(text) == pytest.approx(float(text), abs=1e-9)
    assert seconds(text) == seconds(text + "s")


@given(st.text(max_size=8))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert 0 <= seconds(text) <= MOST
    except click.BadParameter:
        return
    assert any(character.isdigit() for character in text)


@pytest.fixture
def lab(app: Project) -> Project:
    """An app beside a kubeconfig whose cluster does not answer."""
    Path(app.environ["KUBECONFIG"]).write_text(
        "apiVersion: v1\nkind: Config\ncurrent-context: lab\n"
        "contexts: [{name: lab, context: {cluster: c, user: u}}]\n"
        'clusters: [{name: c, cluster: {server: "http://127.0.0.1:9"}}]\nusers: [{name: u, user: {}}]\n'
    )
    return app


@pytest.mark.parametrize("text", ["500ms", "0.5", "0", "1m"])
def test_request_timeout_takes_durations(lab: Project, text: str) -> None:
    lab.run("env", "add", "new", "--request-timeout", text).ok()


def test_request_timeout_says_what_it_takes(lab: Project) -> None:
    before = lab.files()
    outcome = lab.run("env", "add", "new", "--request-timeout", "5x")
    assert outcome.code == 2
    assert (
        "'--request-timeout': '5x' is not a valid duration; use for example 30s, 2m or 1h30m" in outcome.err
    )
    assert lab.files() == before


@pytest.mark.parametrize("words", ["init", "env add", "env set", "diff", "apply", "delete", "status"])
def test_help_names_a_duration(project: Project, words: str) -> None:
    assert "--request-timeout DURATION" in project.run(*words.split(), "--help").ok().out


@pytest.mark.parametrize("verb", ["apply", "delete"])
def test_timeout_takes_durations_of_a_second_and_more(lab: Project, verb: str) -> None:
    for text in ("1s", "1", "1500ms", "2m", "1h30m"):
        outcome = lab.run(verb, "nope", "--timeout", text)
        assert (outcome.code, "environment 'nope' not found" in outcome.err) == (1, True)
    for text, message in (
        ("999ms", "'999ms' is too short; the minimum is 1s"),
        ("0", "'0' is too short; the minimum is 1s"),
        ("5x", "'5x' is not a valid duration; use for example 30s, 2m or 1h30m"),
    ):
        outcome = lab.run(verb, "nope", "--timeout", text)
        assert outcome.code == 2
        assert f"Invalid value for '--timeout': {message}" in outcome.err
    assert "--timeout DURATION" in lab.run(verb, "--help").ok().out
