"""Which options are suggested for one that does not exist."""

import pytest

from tests.project import Project


@pytest.mark.parametrize(
    "words",
    [
        ("diff", "dev", "--wait"),
        ("apply", "dev", "--replica"),
        ("apply", "dev", "--force"),
        ("apply", "dev", "--skip-identity-check"),
        ("status", "dev", "--prune"),
        ("apply", "dev", "--protect"),
        ("show", "dev", "--reveal"),
    ],
)
def test_a_harmless_word_gets_no_dangerous_option(app: Project, words: tuple[str, ...]) -> None:
    answer = app.run(*words)
    assert answer.code == 2
    assert f"No such option '{words[-1]}'" in answer.err.replace('"', "'").replace("option: ", "option ")
    for dangerous in ("adopt", "replace", "force-", "dangerously", "prune-", "allow-", "yes", "reveal-"):
        assert f"--{dangerous}" not in answer.err
    (problem,) = app.run(*words, "-o", "json").json["errors"]
    assert "--adopt" not in problem["message"]


@pytest.mark.parametrize(
    ("word", "option"), [("--adpot", "--adopt"), ("--time-out", "--timeout"), ("--yess", "--yes")]
)
def test_a_misspelt_option_is_suggested(app: Project, word: str, option: str) -> None:
    answer = app.run("apply", "dev", word)
    assert (answer.code, f"No such option '{word}'; did you mean '{option}'" in answer.err) == (2, True)
