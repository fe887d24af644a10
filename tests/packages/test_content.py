"""Any content: what is put into vendor/ is what the digest says, and every change is found and named."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlctl.app.package_model import Pin
from dlctl.errors import RegistryError
from dlctl.files.signed_files import SignedFolder
from dlctl.registry.packages.content import ContentFile, content_of
from dlctl.registry.packages.vendor_change import Vendored, change_packages
from dlctl.registry.packages.verify import Verifier
from tests.conftest import REPOSITORY
from tests.packages.git_server import commit_all
from tests.packages.registries import empty_app, package, registry, vendored
from tests.project import Project

pytestmark = pytest.mark.slow

NAMES = st.from_regex(r"[a-z0-9][a-z0-9_.-]{0,5}[a-z0-9]", fullmatch=True).map(lambda name: f"f{name}")
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
FILES = st.dictionaries(PATHS, st.tuples(st.binary(max_size=50), st.booleans()), min_size=1, max_size=6)


def _apart(files: dict[str, tuple[bytes, bool]]) -> bool:
    """Whether no file is a folder of another."""
    return not any(other.startswith(f"{path}/") for path in files for other in files)


@given(FILES.filter(_apart), st.data())
def test_what_is_placed_is_verified_and_a_change_is_named(
    files: dict[str, tuple[bytes, bool]], data: st.DataObject
) -> None:
    content = content_of(ContentFile(path, *value) for path, value in files.items())
    pin = Pin("ours", "hello", "1.0.0", content.digest)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        change_packages(root, [Vendored(pin, content)], tuple)
        verifier = Verifier(root, SignedFolder(root / "records", root / "key"))
        verifier.check(pin)
        changed = data.draw(st.sampled_from(sorted(files)))
        (root / pin.folder / changed).write_bytes(files[changed][0] + b"x")
        with pytest.raises(RegistryError) as caught:
            verifier.check(pin)
        assert str(caught.value.location) == f"{pin.folder}/{changed}"
        change_packages(root, [Vendored(pin, content)], tuple)
        verifier.check(pin)


@given(FILES)
def test_the_digest_depends_on_everything_and_not_on_the_order(files: dict[str, tuple[bytes, bool]]) -> None:
    listed = [ContentFile(path, *value) for path, value in files.items()]
    digest = content_of(listed).digest
    assert content_of(reversed(listed)).digest == digest
    first, *rest = listed
    others = (
        ContentFile(first.path, first.data + b"x", first.executable),
        ContentFile(first.path, first.data, not first.executable),
        ContentFile(f"{first.path}x", first.data, first.executable),
    )
    assert all(content_of([other, *rest]).digest != digest for other in others)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=FILES.filter(_apart), by_git=st.booleans())
def test_another_machine_restores_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, tuple[bytes, bool]], by_git: bool
) -> None:
    """Install, verify; then only dlctl.yaml is taken along, and `pkg restore` gives the same vendor/."""
    place = tmp_path_factory.mktemp("machines")
    folder = registry(place / "registry", package("hello"))
    for path, (data, executable) in files.items():
        file = folder / "hello" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        file.chmod(0o755 if executable else 0o600)
    if by_git:
        commit_all(folder)
    one, other = (Project(place / name, dict(os.environ)) for name in ("one", "other"))
    one.root.mkdir()
    empty_app(one)
    one.run("registry", "add", "ours", f"file://{folder}" if by_git else str(folder)).ok()
    one.run("pkg", "install", "ours/hello").ok()
    one.run("pkg", "verify").ok()
    other.root.mkdir()
    other.write({"dlctl.yaml": one.read("dlctl.yaml")})
    other.run("pkg", "restore").ok()
    assert _modes(other.root) == _modes(one.root)
    assert vendored(other) == vendored(one)
    assert len(vendored(one)) == 1 + 5 + len(files)


def _modes(root: Path) -> dict[str, bool]:
    return {
        path.relative_to(root).as_posix(): bool(path.stat().st_mode & 0o100)
        for path in (root / "vendor").rglob("*")
        if path.is_file()
    }


def test_content_with_another_digest_is_not_placed(tmp_path: Path) -> None:
    content = content_of([ContentFile("a", b"")])
    with pytest.raises(RegistryError, match="does not have the digest"):
        change_packages(tmp_path, [Vendored(Pin("a", "b", "1.0.0", "sha256:0"), content)], tuple)
    assert list(tmp_path.iterdir()) == []


def test_the_page_has_the_test_vector() -> None:
    page = (REPOSITORY / "docs/packages.md").read_text()
    content = content_of(
        [
            ContentFile("package.yaml", b"name: sample\nversion: 1.0.0\n"),
            ContentFile("bin/run", b"#!/bin/sh\n", executable=True),
            ContentFile("a.txt", b""),
        ]
    )
    assert f"```\n{content.file_list}```" in page
    assert f"`{content.digest}`" in page
