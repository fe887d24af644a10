"""Whatever words are typed: an exit code and an error in words, never a traceback."""

import contextlib
import io
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlctl.cli.main import main
from tests.conftest import SMALL_APP
from tests.output_schemas import checked
from tests.project import Outcome

pytestmark = pytest.mark.slow

KNOWN = [
    "page",
    "web",
    "replicas",
    "title",
    "tags",
    "env_vars",
    "--env",
    "dev",
    "--title",
    "--debug",
    "--json",
]
PIECES = st.one_of(
    st.sampled_from(
        [*KNOWN, "--", "-", "--=", "=", "a=b", "title=x", "--values", "--name", "-1", "..", "{", "[", "~"]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("random")
    for name, text in SMALL_APP.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


COMMANDS = [
    ("generate",),
    ("generate", "page"),
    ("generate", "page", "new"),
    ("param", "set"),
    ("param", "set", "web"),
    ("param", "unset"),
    ("param", "explain"),
    ("param", "list"),
    ("prototype", "preview", "page"),
    ("show", "dev"),
    ("show", "dev", "--set"),
    ("env", "describe"),
    ("component", "list"),
    (),
]


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(PIECES, max_size=5))
def test_no_traceback(folder: Path, command: tuple[str, ...], words: list[str]) -> None:
    outcome = typed(folder, *command, *words)
    assert outcome.code in (0, 1, 2)
    assert outcome.code == 0 or outcome.err


@pytest.mark.parametrize("command", COMMANDS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(PIECES.filter(lambda word: word != "--"), max_size=5))
def test_a_failure_is_one_json_document_where_json_is_asked_for(
    folder: Path, command: tuple[str, ...], words: list[str]
) -> None:
    outcome = typed(folder, *command, *words, "-o", "json")
    if outcome.code:
        assert checked(outcome.out, "Error")["errors"]
        assert outcome.err


def typed(folder: Path, *words: str) -> Outcome:
    """Run `dlctl WORDS` in the small app, which is as it was afterwards."""
    before = Path.cwd()
    out, err = io.StringIO(), io.StringIO()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(list(words))
    finally:
        os.chdir(before)
    (folder / "dlctl.yaml").write_text(SMALL_APP["dlctl.yaml"])
    (folder / "environments/dev/params.yaml").write_text(SMALL_APP["environments/dev/params.yaml"])
    return Outcome(code, out.getvalue(), err.getvalue())
