"""Which app a command is about: `--dir`, `DLCTL_DIR`, else upward from the working folder."""

from pathlib import Path

import pytest

from tests.project import Project


def test_the_nearest_dlctl_yaml_upward(app: Project) -> None:
    (app.root / "a/b").mkdir(parents=True)
    assert "web" in app.run("component", "list", cwd="a/b").ok().out


def test_an_app_inside_an_app_is_the_nearer_one(app: Project) -> None:
    app.write({"inner/dlctl.yaml": "apiVersion: dlctl.dev/v1\nkind: App\nname: inner\n"})
    assert app.run("component", "list", cwd="inner").ok().out == ""


def test_stops_at_the_home_folder(app: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (app.root / "home/work").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(app.root / "home"))
    outcome = app.run("component", "list", cwd="home/work")
    assert outcome.code == 1
    assert "no dlctl.yaml in" in outcome.err
    monkeypatch.setenv("HOME", str(app.root))
    app.run("component", "list", cwd="home/work").ok()


@pytest.mark.parametrize("home", ["", None])
def test_without_a_home(app: Project, home: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", home) if home is not None else monkeypatch.delenv("HOME")
    app.run("component", "list").ok()


@pytest.mark.parametrize(
    "words",
    [
        ("--dir", "DIR", "component", "list"),
        ("component", "--dir", "DIR", "list"),
        ("component", "list", "--dir", "DIR"),
        ("component", "list", "--dir=DIR", "-o", "table"),
    ],
)
def test_dir_option_works_at_any_position(app: Project, tmp_path: Path, words: tuple[str, ...]) -> None:
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    filled = [word.replace("DIR", str(app.root)) for word in words]
    assert "web" in app.run(*filled, cwd=str(elsewhere)).ok().out


def test_a_relative_dir_is_relative_to_the_working_folder(app: Project) -> None:
    (app.root / "a").mkdir()
    app.run("component", "list", "--dir", "..", cwd="a").ok()


def test_dir_option_overrides_the_environment_variable(
    app: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "dlctl.yaml").write_text("apiVersion: dlctl.dev/v1\nkind: App\nname: other\n")
    monkeypatch.setenv("DLCTL_DIR", str(other))
    assert app.run("component", "list").ok().out == ""
    assert "web" in app.run("component", "list", "--dir", str(app.root)).ok().out


@pytest.mark.parametrize(
    ("directory", "code", "message"),
    [
        ("/nowhere/at/all", 1, "no dlctl.yaml in"),
        ("", 2, "--dir needs a folder"),
        ("a", 1, "no dlctl.yaml in"),
    ],
)
def test_dir_names_the_app_itself_and_does_not_look_upward(
    app: Project, directory: str, code: int, message: str
) -> None:
    (app.root / "a").mkdir()
    outcome = app.run("--dir", directory, "component", "list")
    assert outcome.code == code
    assert message in outcome.err


def test_deleted_current_folder(app: Project) -> None:
    gone = app.root / "gone"
    gone.mkdir()
    script = f'cd {gone} && rmdir {gone} && exec "$@"'
    import subprocess
    import sys

    outcome = subprocess.run(
        ["/bin/sh", "-c", script, "sh", sys.executable, "-m", "dlctl.cli.main", "component", "list"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert outcome.returncode == 2
    assert "current folder no longer exists" in outcome.stderr
