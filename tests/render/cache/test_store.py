"""The files of stored components: used only if they are whole and this user's own, and without secrets."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import msgpack

from dlctl.files.signed_files import SignedFiles
from dlctl.files.source_mark import renderer_mark
from tests.render.cache.sample_app import SampleApp


@pytest.fixture
def app(tmp_path: Path) -> SampleApp:
    return SampleApp(tmp_path / "app", tmp_path / "cache")


def _file(app: SampleApp) -> Path:
    return next(app.folder.path.iterdir())


def test_a_damaged_file_counts_as_missing(app: SampleApp) -> None:
    expected = app.shown(stored=True)
    content = _file(app).read_bytes()
    for place in range(0, len(content), max(1, len(content) // 15)):
        _file(app).write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert app.shown(stored=True) == expected
    for size in (0, 10, 40, len(content) - 1):
        _file(app).write_bytes(content[:size])
        assert app.shown(stored=True) == expected


def test_a_file_of_another_key_counts_as_missing(app: SampleApp, tmp_path: Path) -> None:
    app.shown(stored=True)
    forged = _file(app).read_bytes().replace(b"one", b"two")
    app.folder.key_file.unlink()
    _file(app).write_bytes(forged)
    assert app.shown(stored=True) == app.shown(stored=False)


def test_a_folder_that_others_can_write_to_is_not_used(app: SampleApp) -> None:
    app.shown(stored=True)
    _file(app).unlink()
    app.folder.path.chmod(0o777)
    assert app.shown(stored=True) == app.shown(stored=False)
    assert not list(app.folder.path.iterdir())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another user")
@pytest.mark.parametrize("given", ["file", "folder", "key"])
def test_files_of_another_user_are_not_used(app: SampleApp, given: str) -> None:
    """Its content is right, and its digest too: it counts as missing all the same."""
    expected = app.shown(stored=True)
    place = {"file": _file(app), "folder": app.folder.path, "key": app.folder.key_file}[given]
    files = SignedFiles(app.folder)
    assert files.read(_file(app).name, renderer_mark())
    os.chown(place, 65534, 65534)
    assert SignedFiles(app.folder).read(_file(app).name, renderer_mark()) is None
    assert app.shown(stored=True) == expected


def test_files_are_private(app: SampleApp) -> None:
    app.shown(stored=True)
    assert _file(app).stat().st_mode & 0o777 == 0o600
    assert app.folder.path.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    app = SampleApp(tmp_path / "app", tmp_path / "cache")
    assert app.shown(stored=True) == app.shown(stored=False)


def test_old_files_go_when_all_are_too_large(app: SampleApp, monkeypatch: pytest.MonkeyPatch) -> None:
    app.shown(stored=True)
    old = app.folder.path / "old.rendered"
    old.write_bytes(b"x" * 5000)
    os.utime(old, (1, 1))
    monkeypatch.setattr("dlctl.render.cache.store.LARGEST_FOLDER", _file(app).stat().st_size + 4000)
    app.change("prototypes/own/first/templates/file.txt.j2")
    app.shown(stored=True)
    assert [path.name for path in app.folder.path.iterdir() if path == old] == []
    assert _file(app).stat().st_size


SECRET = "hunter2-and-more"


def test_no_secret_is_stored(app: SampleApp, tmp_path: Path) -> None:
    name = "prototypes/own/second/templates/object.yaml.j2"
    text = (
        (app.root / name).read_text().replace("fixed: one", 'fixed: {{ params.password | default("none") }}')
    )
    (app.root / name).write_text(text)
    (app.root / "environments/dev/params.yaml").write_text(f"components:\n  b: {{password: {SECRET}}}\n")
    assert SECRET in app.shown(stored=True)
    assert SECRET in app.shown(stored=True)
    content = _file(app).read_bytes()
    assert set(msgpack.decode(content[32:])["components"]) == {"a", "c"}
    assert SECRET.encode() not in content


SHOW = "import sys; from dlctl.cli.main import main; sys.exit(main(['show', 'dev']))"


def _small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))


def test_a_full_disk_is_no_error(app: SampleApp) -> None:
    expected = app.shown(stored=False)
    assert "kind: ConfigMap" in expected
    environ = {**os.environ, "XDG_CACHE_HOME": str(app.folder.path.parent), "HOME": str(app.root)}
    environ["PYTHONDONTWRITEBYTECODE"] = "1"  # Python would keep bytecode that is cut off
    done = subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=app.root,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_small_files,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:5] == expected.splitlines()[:5]
    assert not list((app.folder.path.parent / "dlctl").rglob("*.rendered"))


@pytest.mark.slow
def test_commands_at_once_and_killed_ones_leave_nothing_wrong(app: SampleApp) -> None:
    environ = {**os.environ, "XDG_CACHE_HOME": str(app.folder.path.parent), "HOME": str(app.root)}

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", SHOW], cwd=app.root, env=environ, stdout=subprocess.PIPE, text=True
        )

    expected = start().communicate()[0]
    for round_ in range(6):
        app.change("prototypes/own/first/templates/file.txt.j2")
        running = [start() for _ in range(3)]
        running[0].kill() if round_ % 2 else None
        found = {process.communicate()[0] for process in running[1:]}
        running[0].communicate()
        assert len(found) == 1
        assert start().communicate()[0] in found
    assert start().communicate()[0] == expected
