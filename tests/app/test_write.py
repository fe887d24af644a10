"""The one writer of an app's files: what changes, what stays, and what is refused."""

import os
import stat
from pathlib import Path

import pytest

from dlctl.errors import FileError
from dlctl.files.write import FileChange, edit_files, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "dlctl.yaml").write_bytes(b"old: 1\n")
    return tmp_path


def names(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))


def test_files_are_created_replaced_and_deleted(root: Path) -> None:
    params = root / "environments" / "us" / "prod" / "params.yaml"
    write([FileChange(params, None, b"a: 1\n"), FileChange(root / "dlctl.yaml", b"old: 1\n", b"")], root=root)
    assert params.read_bytes() == b"a: 1\n"
    assert (root / "dlctl.yaml").read_bytes() == b""
    write([FileChange(params, b"a: 1\n", None)], root=root)
    assert names(root) == ["dlctl.yaml"]


def test_folder_with_other_files_is_kept(root: Path) -> None:
    params = root / "environments" / "gke" / "params.yaml"
    write([FileChange(params, None, b"")], root=root)
    (params.parent / "notes.txt").touch()
    write([FileChange(params, b"", None)], root=root)
    assert names(root) == ["dlctl.yaml", "environments", "environments/gke", "environments/gke/notes.txt"]


def test_compute_reads_files_and_changes_are_returned(root: Path) -> None:
    file = root / "dlctl.yaml"
    changes = edit_files(root, lambda: [FileChange(file, file.read_bytes(), file.read_bytes() + b"new: 2\n")])
    assert file.read_bytes() == b"old: 1\nnew: 2\n" == changes[0].after


def test_empty_change_does_not_touch_the_file(root: Path) -> None:
    file = root / "dlctl.yaml"
    before = file.stat()
    write([FileChange(file, b"old: 1\n", b"old: 1\n")], root=root)
    assert file.stat() == before


def test_mode_stays(root: Path) -> None:
    file = root / "dlctl.yaml"
    file.chmod(0o640)
    write([FileChange(file, b"old: 1\n", b"new: 1\n")], root=root)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_new_file_gets_the_mode_of_any_other(root: Path) -> None:
    (root / "other").touch()
    write([FileChange(root / "new", None, b"")], root=root)
    assert (root / "new").stat().st_mode == (root / "other").stat().st_mode


def test_link_is_kept_and_its_target_changes(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    real = tmp_path_factory.mktemp("elsewhere") / "real.yaml"
    real.write_bytes(b"old: 1\n")
    link = root / "link.yaml"
    link.symlink_to(real)
    write([FileChange(link, b"old: 1\n", b"new: 1\n")], root=root)
    assert link.is_symlink()
    assert real.read_bytes() == b"new: 1\n"
    write([FileChange(link, b"new: 1\n", None)], root=root)
    assert not link.is_symlink()
    assert real.exists()


def test_concurrently_changed_file_is_not_overwritten(root: Path) -> None:
    file = root / "dlctl.yaml"
    with pytest.raises(FileError, match=r"dlctl\.yaml: was changed by another program"):
        write([FileChange(file, b"older: 1\n", b"new: 1\n"), FileChange(root / "a", None, b"")], root=root)
    assert file.read_bytes() == b"old: 1\n"
    assert names(root) == ["dlctl.yaml"]


def test_a_new_file_does_not_overwrite_one(root: Path) -> None:
    with pytest.raises(FileError, match=r"dlctl\.yaml: already exists"):
        write([FileChange(root / "dlctl.yaml", None, b"new: 1\n")], root=root)


@pytest.mark.parametrize("path", ["/etc/dlctl-test.yaml", "environments/../../x.yaml"])
def test_a_path_that_leads_out_of_the_app_is_refused(root: Path, path: str) -> None:
    with pytest.raises(FileError, match="is not inside the app"):
        write([FileChange(root / path, None, b"")], root=root)


def test_no_file_changes_if_one_cannot_be_written(root: Path) -> None:
    (root / "taken").mkdir()
    (root / "gone.yaml").write_bytes(b"here: 1\n")
    before = names(root)
    with pytest.raises(FileError) as caught:
        write(
            [
                FileChange(root / "dlctl.yaml", b"old: 1\n", b"new: 1\n"),
                FileChange(root / "gone.yaml", b"here: 1\n", None),
                FileChange(root / "deep" / "new.yaml", None, b""),
                FileChange(root / "dlctl.yaml" / "below", None, b""),
            ],
            root=root,
        )
    assert str(caught.value).startswith(f"{root}/dlctl.yaml/below: cannot be written: ")
    assert (root / "dlctl.yaml").read_bytes() == b"old: 1\n"
    assert names(root) == before


def test_no_file_changes_if_a_rename_fails(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "gone.yaml").write_bytes(b"here: 1\n")
    before = names(root)
    real = os.replace

    def replace(source: Path, target: Path) -> None:
        if Path(target).name == "new.yaml":
            raise OSError(5, "Input/output error")
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    changes = [
        FileChange(root / "dlctl.yaml", b"old: 1\n", b"new: 1\n"),
        FileChange(root / "gone.yaml", b"here: 1\n", None),
        FileChange(root / "deep" / "made.yaml", None, b""),
        FileChange(root / "new.yaml", None, b""),
    ]
    with pytest.raises(FileError, match=r"new\.yaml: cannot be written: Input/output error"):
        write(changes, root=root)
    assert (root / "dlctl.yaml").read_bytes() == b"old: 1\n"
    assert (root / "gone.yaml").read_bytes() == b"here: 1\n"
    assert names(root) == before


def test_errors_of_compute_are_raised_and_nothing_is_left(tmp_path: Path) -> None:
    def compute() -> list[FileChange]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        edit_files(tmp_path / "new" / "app", compute)
    assert names(tmp_path) == []


def test_a_new_apps_folder_is_made(tmp_path: Path) -> None:
    root = tmp_path / "new" / "app"
    write([FileChange(root / "dlctl.yaml", None, b"name: app\n")], root=root)
    assert names(tmp_path) == ["new", "new/app", "new/app/dlctl.yaml"]


def test_two_changes_of_one_file_raise_value_error(root: Path) -> None:
    change = FileChange(root / "dlctl.yaml", b"old: 1\n", b"")
    with pytest.raises(ValueError, match="two changes of one file"):
        write([change, change], root=root)
