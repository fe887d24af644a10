"""Which environments names and globs select: as a shell with `globstar` selects folders."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.app.load import load_app
from dlctl.app.model import App
from dlctl.app.select import all_environments, matching_environments
from dlctl.errors import AppError
from tests.project import Project

NAMES = ("dev", "prod/eu", "prod/us", "prod/us/west", "staging")


def app_with(root: Path, names: tuple[str, ...], text: str = "context: some\n") -> App:
    """An app on disk with these environments."""
    (root / "dlctl.yaml").write_text("apiVersion: dlctl.dev/v1\nkind: App\nname: fleet\n")
    for name in names:
        folder = root / "environments" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "environment.yaml").write_text(text)
    return load_app(root)


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["*"], ["dev", "staging"]),
        (["prod/*"], ["prod/eu", "prod/us"]),
        (["prod/**"], ["prod/eu", "prod/us", "prod/us/west"]),
        (["**"], list(NAMES)),
        (["**/west"], ["prod/us/west"]),
        (["**/us"], ["prod/us"]),
        (["prod/u?"], ["prod/us"]),
        (["prod/[eu]*"], ["prod/eu", "prod/us"]),
        (["*/*/*"], ["prod/us/west"]),
        (["d*v"], ["dev"]),
        (["staging", "dev"], ["staging", "dev"]),
        (["staging", "*"], ["staging", "dev"]),
        (["prod/*", "**"], ["prod/eu", "prod/us", "dev", "prod/us/west", "staging"]),
        (["dev", "dev", "d*"], ["dev"]),
        # A name that is no glob is looked up when its environment is loaded.
        (["absent"], ["absent"]),
    ],
)
def test_selected(tmp_path: Path, patterns: list[str], expected: list[str]) -> None:
    assert list(matching_environments(app_with(tmp_path, NAMES), patterns)) == expected


PARTS = st.sampled_from(("a", "b", "ab", "ba"))
PATHS = st.lists(PARTS, min_size=1, max_size=4).map("/".join)
GLOBS = st.lists(st.sampled_from(("*", "**", "?", "a*", "*b", "[ab]", "a", "b")), min_size=1, max_size=4)


@pytest.mark.slow
@given(
    st.sets(PATHS, min_size=1, max_size=8), GLOBS.map("/".join).filter(lambda glob: set("*?[") & set(glob))
)
def test_globs_select_what_pathlib_finds(names: set[str], glob: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        app = app_with(root, tuple(names))
        files = (root / "environments").glob(f"{glob}/environment.yaml")
        expected = sorted({file.parent.relative_to(root / "environments").as_posix() for file in files})
        if expected:
            assert list(matching_environments(app, [glob])) == expected
        else:
            with pytest.raises(AppError, match="no environment matches"):
                matching_environments(app, [glob])


def test_a_glob_that_matches_nothing_names_the_environments(tmp_path: Path) -> None:
    with pytest.raises(AppError, match=r"no environment matches 'test/\*'") as caught:
        matching_environments(app_with(tmp_path, NAMES), ["dev", "test/*"])
    assert all(name in (caught.value.hint or "") for name in NAMES)


def test_a_glob_in_an_app_without_environments(tmp_path: Path) -> None:
    with pytest.raises(AppError, match=r"no environment matches '\*'") as caught:
        matching_environments(app_with(tmp_path, ()), ["*"])
    assert "dlctl env add NAME" in (caught.value.hint or "")


def test_all_are_those_that_have_a_cluster(tmp_path: Path) -> None:
    app_with(tmp_path, ("base",), "namespace: shared\n")
    app_with(tmp_path, ("by-server",), "server: https://far.example.com\n")
    app_with(tmp_path, ("local",), "sandbox: box\n")
    app = app_with(tmp_path, ("by-context",), "context: near\nextends: [base]\n")
    assert all_environments(app) == ("by-context", "by-server", "local")


def test_all_where_none_has_a_cluster(tmp_path: Path) -> None:
    app = app_with(tmp_path, ("base",), "namespace: shared\n")
    with pytest.raises(AppError, match="cluster") as caught:
        all_environments(app)
    assert "dlctl env add NAME" in (caught.value.hint or "")


COMMANDS = ["show", "diff", "apply", "status", "delete"]


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "status"])  # it lists all objects
def test_all_with_names_is_a_usage_error(app: Project, command: str) -> None:
    outcome = app.run(command, "dev", "--all")
    assert outcome.code == 2
    assert "--all" in outcome.err
    assert outcome.out == ""


@pytest.mark.parametrize("command", COMMANDS)
def test_neither_is_a_usage_error_that_names_both(app: Project, command: str) -> None:
    outcome = app.run(command)
    assert outcome.code == 2
    assert "Missing argument 'ENV...'" in outcome.err
    assert "--all" in outcome.err


def test_a_glob_chooses_for_a_command(app: Project) -> None:
    by_glob, by_name = app.run("show", "p*").ok(), app.run("show", "prod").ok()
    assert by_glob.out == by_name.out
    both = app.run("show", "--all").ok()
    assert both.out == app.run("show", "dev", "prod").ok().out
    nothing = app.run("show", "x*")
    assert nothing.code == 1
    assert "no environment matches 'x*'" in nothing.err
    assert "dev" in nothing.err
    assert "prod" in nothing.err
