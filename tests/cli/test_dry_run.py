"""`--dry-run[=server|none]`: a value only after `=`; the next word is never taken for one."""

import pytest

from tests.project import Project

VERBS = ("apply", "delete")
ORDERS = (
    "--dry-run nope",
    "nope --dry-run",
    "--dry-run=server nope",
    "nope --dry-run=server",
    "--dry-run=none nope",
    "--dry-run -c web nope",
    "-c web --dry-run nope",
    "--dry-run -o json nope",
    "--dry-run -- nope",
    "--yes --dry-run nope --dry-run=none",
)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("words", ORDERS)
def test_the_next_word_is_an_environment(app: Project, verb: str, words: str) -> None:
    outcome = app.run(verb, *words.split())
    assert outcome.code == 1
    assert "environment 'nope' not found" in outcome.err


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("value", ["server", "none", "client"])
def test_an_environment_may_be_called_as_a_value(app: Project, verb: str, value: str) -> None:
    assert f"environment '{value}' not found" in app.run(verb, "--dry-run", value).err


@pytest.mark.parametrize("verb", VERBS)
def test_without_an_environment_it_is_a_usage_error(app: Project, verb: str) -> None:
    for words in (["--dry-run"], ["--dry-run=server"], ["--dry-run", "-c", "web"]):
        outcome = app.run(verb, *words)
        assert outcome.code == 2
        assert "Missing argument 'ENV...'" in outcome.err


@pytest.mark.parametrize("verb", VERBS)
def test_client_is_refused_with_the_command_that_renders(app: Project, verb: str) -> None:
    for words in (["--dry-run=client", "dev"], ["dev", "--dry-run=client"], ["--dry-run=client"]):
        outcome = app.run(verb, *words)
        assert outcome.code == 2
        assert "--dry-run=client is not supported" in outcome.err
        assert "'dlctl show ENV' renders without a cluster" in outcome.err


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("value", ["", "true", "Server", "dev"])
def test_other_values_are_refused(app: Project, verb: str, value: str) -> None:
    outcome = app.run(verb, f"--dry-run={value}", "dev")
    assert outcome.code == 2
    assert f"invalid value '{value}' for --dry-run" in outcome.err
    assert "use --dry-run=server or --dry-run=none" in outcome.err


@pytest.mark.parametrize("verb", VERBS)
def test_after_two_dashes_it_is_a_name(app: Project, verb: str) -> None:
    outcome = app.run(verb, "--", "--dry-run=client")
    assert outcome.code == 1
    assert "is not a valid name for an environment" in outcome.err
    assert "not supported" not in outcome.err


@pytest.mark.parametrize("verb", VERBS)
def test_help_shows_the_values(project: Project, verb: str) -> None:
    assert "  --dry-run[=server|none]  " in project.run(verb, "--help").ok().out
