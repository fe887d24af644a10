"""One file replaced, a folder made whole, and locks that are files."""

import os
import stat
import threading
from pathlib import Path

import pytest

from dlctl.errors import FileError
from dlctl.files.folders import create_folder
from dlctl.files.lock_file import lock_by_presence, lock_file
from dlctl.files.presence import read_file
from dlctl.files.replace import replace_file, written_file
from dlctl.files.write import change_of, write


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_may_read_what_is_written(tmp_path: Path) -> None:
    file = tmp_path / "token"
    replace_file(file, b"secret")
    assert (file.read_bytes(), mode_of(file)) == (b"secret", 0o600)


@pytest.mark.parametrize(("keep_mode", "mode"), [(True, 0o640), (False, 0o600)])
def test_a_file_keeps_its_mode_where_that_is_asked_for(tmp_path: Path, keep_mode: bool, mode: int) -> None:
    file = tmp_path / "kubeconfig"
    file.write_bytes(b"old")
    file.chmod(0o640)
    replace_file(file, b"new", keep_mode=keep_mode)
    assert (file.read_bytes(), mode_of(file)) == (b"new", mode)


def test_what_cannot_be_replaced_stays_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "kept").touch()
    with pytest.raises(FileError, match=r"config: cannot be written: .*[Dd]irectory") as caught:
        replace_file(tmp_path / "config", b"new")
    assert caught.value.code == "file"
    assert [path.name for path in tmp_path.iterdir()] == ["config"]


def test_the_file_behind_a_link_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    link, target = tmp_path / "plan.json", tmp_path / "store" / "plan.json"
    link.symlink_to(target)
    for content in (b"first", b"second"):
        replace_file(link, content)
        assert (link.is_symlink(), target.read_bytes(), mode_of(target)) == (True, content, 0o600)
    assert [path.name for path in target.parent.iterdir()] == ["plan.json"]


@pytest.mark.parametrize("behind_link", [False, True])
def test_what_is_no_regular_file_is_not_replaced(tmp_path: Path, behind_link: bool) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    path = tmp_path / "link" if behind_link else pipe
    if behind_link:
        path.symlink_to(pipe)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(FileError, match="cannot be written: it is a named pipe"):
        replace_file(path, b"new")
    for after in (b"new", None):
        with pytest.raises(FileError, match="cannot be written: it is a named pipe"):
            write([change_of(path, after)], root=tmp_path)
    with pytest.raises(FileError, match=r"/dev/full: cannot be written: it is a device"):
        written_file(Path("/dev/full"))
    assert (sorted(tmp_path.iterdir()), stat.S_ISFIFO(pipe.stat().st_mode)) == (before, True)


def test_a_file_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"templates/a\.yaml: cannot be read: No such file"):
        read_file(tmp_path / "a.yaml", "templates/a.yaml")


def test_a_folder_is_made_whole_and_others_may_read_it(tmp_path: Path) -> None:
    create_folder(tmp_path / "new" / "app", {"a.yaml": "a: 1\n", "below/b.yaml": ""})
    made = [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))]
    assert made == ["new", "new/app", "new/app/a.yaml", "new/app/below", "new/app/below/b.yaml"]
    assert mode_of(tmp_path / "new" / "app") == mode_of(tmp_path / "new")


def test_a_folder_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="new/app: cannot be written"):
        create_folder(tmp_path / "new" / "app", {"a": "", "a/b": ""})
    assert list(tmp_path.iterdir()) == []


def test_who_waits_for_a_lock_file_is_told_and_gets_it(tmp_path: Path) -> None:
    path, order = tmp_path / "locks" / "one", list[str]()
    waits = threading.Event()

    def second() -> None:
        with lock_file(path, waits.set):
            order.append("second")

    with lock_file(path, lambda: order.append("waits")):
        thread = threading.Thread(target=second)
        thread.start()
        assert waits.wait(10)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


def test_a_lock_that_another_program_made_is_respected(tmp_path: Path) -> None:
    lock = tmp_path / "config.lock"
    lock.touch()
    with (
        pytest.raises(FileError, match="config: the kubeconfig is locked by another program") as caught,
        lock_by_presence(tmp_path / "config", "the kubeconfig", timeout=0),
    ):
        pass
    assert caught.value.hint == f"if no such program is running, remove {lock}"
    lock.unlink()
    with lock_by_presence(tmp_path / "config", "the kubeconfig", timeout=0):
        assert lock.exists()
    assert not lock.exists()
