"""The key of a user: made once, readable by its owner only, never one that others could know."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dlctl.files.private_key import private_key


def test_it_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "state" / "cache.key"
    key = private_key(path)
    assert key is not None
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert private_key(path) == key
    assert private_key(tmp_path / "other.key") != key


def test_many_at_once_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: private_key(tmp_path / "cache.key"), range(64)))
    assert len(keys) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["cache.key"]


@pytest.mark.parametrize(
    ("content", "mode"), [(b"k" * 32, 0o644), (b"k" * 32, 0o660), (b"", 0o600), (b"k" * 33, 0o600)]
)
def test_a_key_that_others_could_know_or_that_is_none_is_replaced(
    tmp_path: Path, content: bytes, mode: int
) -> None:
    path = tmp_path / "cache.key"
    path.write_bytes(content)
    path.chmod(mode)
    key = private_key(path)
    assert key not in (None, content)
    assert private_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_bytes(b"k" * 32)
    (tmp_path / "theirs").chmod(0o600)
    (tmp_path / "cache.key").symlink_to(tmp_path / "theirs")
    assert private_key(tmp_path / "cache.key") is None


def test_no_place_for_a_key(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert private_key(tmp_path / "file" / "cache.key") is None
    assert private_key(Path(os.devnull) / "dlctl" / "cache.key") is None
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "pipe").chmod(0o600)
    assert private_key(tmp_path / "pipe") not in (None, b"")
