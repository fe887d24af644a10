"""The archive of a package: one form, that other programs read, and that is read as it was written."""

import hashlib
import io
import subprocess
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.errors import RegistryError
from dlctl.registry.packages.archive import pack, unpack
from dlctl.registry.packages.content import Content, ContentFile, content_of
from dlctl.registry.packages.tree import EntryKind
from dlctl.registry.sources.oci.push import artifact_of
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.slow

VECTOR = content_of(
    [
        ContentFile("package.yaml", b"name: sample\nversion: 1.0.0\n"),
        ContentFile("bin/run", b"#!/bin/sh\n", executable=True),
        ContentFile("a.txt", b""),
    ]
)
"""The content of the test vector in docs/packages.md."""


def test_vector() -> None:
    """These digests are the same on every machine and in every version: docs/packages.md has them."""
    assert VECTOR.digest == "sha256:cc3c3a1a186e7ed88931232c916da571c102d54611a28aea2638291ba9c8ca60"
    archive = pack(VECTOR)
    assert (len(archive), hashlib.sha256(archive).hexdigest()) == (
        3584,
        "b75f633d3a67aef161af297074062545c0b71ede5e90c00c659524e0f0019eb8",
    )
    artifact = artifact_of("sample", "1.0.0", VECTOR)
    assert (
        artifact.listed.manifest.digest
        == "sha256:b3977d001deb8c3c0b4f87884405a1ba2d232f18387522e4b26958b866dd25c5"
    )


def test_the_page_has_the_vector() -> None:
    page = (REPOSITORY / "docs/packages.md").read_text()
    archive = pack(VECTOR)
    manifest = artifact_of("sample", "1.0.0", VECTOR).listed.manifest
    assert f"sha256:{hashlib.sha256(archive).hexdigest()}" in page
    assert f"{len(archive):,} bytes" in page
    assert manifest.digest in page


def test_gnu_tar_writes_the_same_bytes(tmp_path: Path) -> None:
    """Anybody can make the archive, and so check it, with a program that everybody has."""
    version = subprocess.run(["tar", "--version"], capture_output=True, text=True, check=False).stdout
    if "GNU tar" not in version:
        pytest.skip("tar is not GNU's here")
    for file in VECTOR.files:
        path = tmp_path / file.path
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(file.data)
        path.chmod(0o755 if file.executable else 0o644)
    form = (
        "--format=ustar",
        "--owner=0",
        "--group=0",
        "--numeric-owner",
        "--mtime=@0",
        "--blocking-factor=1",
    )
    names = [file.path for file in VECTOR.files]
    ran = subprocess.run(["tar", *form, "-cf", "-", *names], cwd=tmp_path, capture_output=True, check=True)
    assert ran.stdout == pack(VECTOR)


NAMES = st.text("aZ09_.,+=@-", min_size=1, max_size=40).map(lambda name: f"f{name}")
PATHS = st.lists(NAMES, min_size=1, max_size=6).map("/".join).filter(lambda path: len(path) <= 180)
FILES = st.dictionaries(PATHS, st.tuples(st.binary(max_size=2000), st.booleans()), max_size=8)


@given(FILES)
def test_another_program_reads_it_in_the_same_way(files: dict[str, tuple[bytes, bool]]) -> None:
    content = content_of(ContentFile(path, *value) for path, value in files.items())
    archive = pack(content)
    with tarfile.open(fileobj=io.BytesIO(archive)) as found:
        members = [(info, found.extractfile(info)) for info in found]
    assert all(
        (info.mtime, info.uid, info.gid, info.uname, info.gname) == (0, 0, 0, "", "") for info, _ in members
    )
    assert all(info.mode in (0o644, 0o755) for info, _ in members)
    read = {info.name: (data.read(), info.mode == 0o755) for info, data in members if data}
    assert list(read) == [file.path for file in content.files]
    assert read == files
    assert len(archive) % 512 == 0


@given(FILES)
def test_it_is_read_as_it_was_written(files: dict[str, tuple[bytes, bool]]) -> None:
    content = content_of(ContentFile(path, *value) for path, value in files.items())
    unpacked = unpack(pack(content), "x")
    assert all(entry.kind is EntryKind.FILE for entry in unpacked.entries)
    again = content_of(
        ContentFile(entry.path, unpacked.files[entry.path], entry.executable) for entry in unpacked.entries
    )
    assert again == content


@given(st.binary(max_size=2048), st.integers(0, 2047), st.binary(min_size=1, max_size=8))
def test_any_bytes_are_read_or_refused(data: bytes, at: int, more: bytes) -> None:
    """Random bytes, and an archive with some bytes changed: never anything but an error of ours."""
    good = pack(VECTOR)
    for each in (data, good[:at] + more + good[at + len(more) :], good[:at]):
        try:
            unpacked = unpack(each, "x")
        except RegistryError:
            continue
        files = {entry.path: entry for entry in unpacked.entries if entry.kind is EntryKind.FILE}
        assert set(files) == set(unpacked.files)


def test_a_name_that_has_no_place() -> None:
    content = Content((ContentFile("x" * 101, b""),))
    with pytest.raises(RegistryError, match="has a name of more than 100 characters"):
        pack(content)
    assert unpack(pack(Content((ContentFile(f"{'a' * 80}/{'b' * 99}", b""),))), "x").entries[0].size == 0
