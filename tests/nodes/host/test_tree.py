"""Files of a host: links stay inside, and nothing in the tree stops or harms the reader."""

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlctl.errors import FileError
from dlctl.nodes.host.detect import detect
from dlctl.nodes.host.tree.host_tree import LIMIT, HostTree
from tests.nodes.host.hosts import cpu_only
from tests.project import Project

SECRET = "outside"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_text(SECRET)
    root = tmp_path / "root"
    root.mkdir()
    return root


LINKS = {
    "up": "../secret",
    "far up": "../../../../../../../secret",
    "absolute": "/secret",
    "absolute and up": "/../../secret",
    "through a folder": "folder/../../secret",
    "through a link": "top/secret",
    "through a link that goes up": "top/../secret",
}


@pytest.mark.parametrize("target", LINKS.values(), ids=LINKS)
def test_a_link_leads_nowhere_outside(root: Path, target: str) -> None:
    (root / "folder").mkdir()
    (root / "top").symlink_to("..")
    (root / "link").symlink_to(target)
    assert HostTree(root).text("link") is None
    (root / "secret").write_text("inside")
    assert HostTree(root).text("link") == "inside"


def test_a_link_to_the_real_path_of_the_secret_leads_nowhere(root: Path) -> None:
    (root / "file").symlink_to(root.parent / "secret")
    (root / "folder").symlink_to(root.parent)
    tree = HostTree(root)
    assert (tree.text("file"), tree.text("folder/secret"), tree.names("folder")) == (None, None, ())


def test_parents_in_a_path_stay_inside(root: Path) -> None:
    assert HostTree(root).text("../secret") is None
    assert HostTree(root).text("a/../../secret") is None


def test_absolute_links_are_followed_below_the_root(root: Path) -> None:
    (root / "usr/lib").mkdir(parents=True)
    (root / "usr/lib/os-release").write_text("ID=inside\n")
    (root / "etc").symlink_to("/usr/lib")
    (root / "deep/below").mkdir(parents=True)
    (root / "deep/below/release").symlink_to("/usr/lib/os-release")
    assert HostTree(root).text("etc/os-release") == "ID=inside"
    assert HostTree(root).text("deep/below/release") == "ID=inside"


def test_links_in_a_circle_are_a_warning(root: Path) -> None:
    (root / "one").symlink_to("two")
    (root / "two").symlink_to("one")
    tree = HostTree(root)
    assert tree.text("one") is None
    assert [str(warning) for warning in tree.warnings] == [
        f"{root}/one: cannot be read: {os.strerror(40)}",
    ]


def test_the_root_may_be_a_link(root: Path) -> None:
    (root / "file").write_text("inside")
    (root.parent / "alias").symlink_to(root)
    assert HostTree(root.parent / "alias").text("file") == "inside"


@pytest.fixture
def sockets() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as found:
        yield found


def test_what_is_no_file_is_not_opened(
    root: Path, sockets: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(root / "fifo")
    (root / "folder").mkdir()
    monkeypatch.chdir(root)
    sockets.bind("socket")
    (root / "link").symlink_to("fifo")
    names = ["fifo", "folder", "link", "socket"]
    if os.geteuid() == 0:
        os.mknod(root / "device", stat.S_IFCHR | 0o600, os.makedev(1, 5))  # /dev/zero
        names.insert(0, "device")
    tree = HostTree(root)
    assert [tree.text(name) for name in names] == [None] * len(names)
    assert [str(warning) for warning in tree.warnings] == [
        f"{root}/{name}: is not a regular file and was not read" for name in names
    ]


def test_a_huge_file_is_not_read(root: Path) -> None:
    with (root / "huge").open("wb") as file:
        file.truncate(1 << 40)
    (root / "large").write_bytes(b"x" * LIMIT)
    tree = HostTree(root)
    assert tree.text("huge") is None
    assert tree.text("large") == "x" * LIMIT
    assert len(tree.head("huge")) == 0  # nothing but zero bytes
    assert [warning.problem for warning in tree.warnings] == [
        f"is larger than {LIMIT} bytes and was not read"
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_warning(root: Path) -> None:
    (root / "private").write_text("x")
    (root / "private").chmod(0)
    tree = HostTree(root)
    assert tree.text("private") is None
    assert [str(warning) for warning in tree.warnings] == [
        f"{root}/private: cannot be read: Permission denied"
    ]


def test_bytes_that_are_no_text(root: Path) -> None:
    (root / "binary").write_bytes(b"a\xff\x00b\n")
    (root / os.fsdecode(b"name\xff")).write_text("x")
    tree = HostTree(root)
    assert tree.text("binary") == "a�b"
    assert [tree.text(name) for name in tree.names(".")] == ["a�b", "x"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("12\n", 12), ("-1", -1), ("0x1F", 31), ("", None), ("twelve", None), ("0x", None), ("9" * 5000, None)],
)
def test_numbers(root: Path, text: str, number: int | None) -> None:
    (root / "number").write_text(text)
    assert HostTree(root).integer("number") == number


def test_natural_order(root: Path) -> None:
    for name in ("mlx5_10", "mlx5_2", "mlx5_1", "eth0", "mlx5_bond_0"):
        (root / name).touch()
    assert HostTree(root).names(".") == ("eth0", "mlx5_1", "mlx5_2", "mlx5_10", "mlx5_bond_0")


def test_a_compressed_file_that_unpacks_to_too_much(root: Path) -> None:
    import gzip

    cpu_only(root)
    (root / "proc/config.gz").write_bytes(gzip.compress(b"CONFIG_PREEMPT=y\n" + b"\0" * (1 << 26)))
    assert detect(root).kernel.options == (("PREEMPT", "y"),)


def test_a_folder_that_is_no_host(root: Path, project: Project) -> None:
    with pytest.raises(FileError, match="has neither 'sys' nor 'proc'"):
        detect(root)
    for folder in (root, root / "absent"):
        outcome = project.run("node", "detect", "--root", str(folder))
        assert (outcome.code, outcome.out) == (1, "")
        assert outcome.err.startswith(f"Error: {folder}: ")


def test_a_tree_of_everything_but_files(root: Path, project: Project) -> None:
    """Each file that is read of a host is a FIFO: nobody writes, and nobody waits."""
    cpu_only(root)
    files = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
    for path in files:
        path.unlink()
        os.mkfifo(path)
    outcome = project.run("node", "detect", "--root", str(root), "-o", "json").ok()
    assert len(outcome.json["warnings"]) > 20
    assert outcome.json["accelerators"] == []
    assert f"warning: {root}/proc/modules: is not a regular file and was not read\n" in outcome.err
