"""One writer at a time: nobody's change is lost, and who waits learns for whom."""

import errno
import fcntl
import multiprocessing
import os
import stat
import tempfile
from pathlib import Path

import pytest

from dlctl.errors import FileError
from dlctl.files.lock import app_lock
from dlctl.files.write import FileChange, write
from dlctl.yamlio.load import load_file
from tests.app.programs import run_program


@pytest.mark.slow
def test_a_hundred_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "environments" / "gke" / "params.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("# ours\nparams: {lr: 0.1}  # all\n")
    run = run_program("concurrent_writers", str(tmp_path), "100")
    assert (run.stdout, run.stderr) == ("0\n", "")
    components = load_file(file).value["components"]
    assert components == {f"c{number}": {"lr": number} for number in range(100)}
    assert file.read_text().startswith("# ours\nparams: {lr: 0.1}  # all\ncomponents:\n")
    assert [path.name for path in tmp_path.rglob("*")] == ["environments", "gke", "params.yaml"]


def test_who_holds_the_lock_is_named(tmp_path: Path) -> None:
    with app_lock(tmp_path), pytest.raises(FileError) as caught:
        write([], root=tmp_path, timeout=0.05)
    assert "another dlctl command has locked this app for 0.05 s: process " in str(caught.value)
    assert str(os.getpid()) in str(caught.value) or "not known" in str(caught.value)
    assert caught.value.hint


def test_the_lock_leaves_no_file(tmp_path: Path) -> None:
    with app_lock(tmp_path):
        assert list(tmp_path.iterdir()) == []


def test_lock_is_released_when_its_process_dies(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    child = context.Process(target=hold_and_die, args=(tmp_path,))
    child.start()
    child.join()
    assert child.exitcode == 9
    with app_lock(tmp_path, timeout=0):
        pass


def hold_and_die(root: Path) -> None:
    with app_lock(root):
        os._exit(9)


def test_apps_do_not_wait_for_each_other(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with app_lock(tmp_path / "a"), app_lock(tmp_path / "b", timeout=0):
        pass


def test_an_app_reached_by_a_link_is_the_same_app(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").symlink_to("a")
    with app_lock(tmp_path / "a"), pytest.raises(FileError), app_lock(tmp_path / "b", timeout=0):
        pass


def test_read_only_folder_can_be_locked(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with app_lock(tmp_path, timeout=0):
            pass
    finally:
        tmp_path.chmod(0o700)


def test_a_missing_folder_is_an_error_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="none: cannot be opened: No such file"), app_lock(tmp_path / "none"):
        pass


@pytest.fixture
def folders_cannot_be_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As on NFS, where flock(2) needs a file that is open for writing."""
    real = fcntl.flock

    def flock(descriptor: int, operation: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EBADF, "Bad file descriptor")
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    (tmp_path / "app").mkdir()
    return tmp_path / "app"


def test_lock_file_is_used_if_folders_cannot_be_locked(folders_cannot_be_locked: Path) -> None:
    root = folders_cannot_be_locked
    with (
        app_lock(root),
        pytest.raises(FileError, match=f"process {os.getpid()}|not known"),
        app_lock(root, timeout=0),
    ):
        pass
    with app_lock(root, timeout=0):
        assert list(root.iterdir()) == []


def test_invalid_lock_file_is_refused(folders_cannot_be_locked: Path, tmp_path: Path) -> None:
    (tmp_path / "temporary" / f"dlctl-{os.getuid()}").touch()
    with pytest.raises(FileError, match="cannot be opened: File exists"), app_lock(folders_cannot_be_locked):
        pass


def test_waiting_writers_get_their_turn(tmp_path: Path) -> None:
    for number in range(3):
        write([FileChange(tmp_path / f"{number}.yaml", None, b"")], root=tmp_path, timeout=0)
    assert len(list(tmp_path.iterdir())) == 3
