"""Prototypes that earlier commands read: the same as from the files, and used only if they are our own."""

import os
from pathlib import Path

import pytest

from dlctl.errors import RegistryError
from dlctl.files.signed_files import SignedFolder
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.model import Prototype
from dlctl.registry.prototypes.source import Source, builtin_source
from dlctl.registry.prototypes.store import PrototypeStore

PROTOTYPE = """\
apiVersion: dlctl.dev/v1
kind: Prototype
name: job
summary: A job
groups: [size]
params:
  text: {type: string, default: one}
required: [text]
rules: [{when: params.size > 1, require: params.text != "", message: no text, params: [size, text]}]
requires: [{kind: example.org/v1/Widget, when: "params.size > 1"}]
"""
GROUP = "params:\n  size: {type: integer, default: 1}\n"


class Prototypes:
    """A folder with one prototype, and a store beside it; each `read` is that of a new command."""

    def __init__(self, root: Path) -> None:
        self.source = Source(root / "prototypes", "prototypes", builtin=False)
        self.file = root / "prototypes/own/job/prototype.yaml"
        self.group = root / "prototypes/own/groups/size.yaml"
        self.folder = SignedFolder(root / "cache", root / "state" / "cache.key")
        for path, text in ((self.file, PROTOTYPE), (self.group, GROUP)):
            path.parent.mkdir(parents=True)
            path.write_text(text)
        (self.file.parent / "templates").mkdir()

    def read(self) -> Prototype:
        return Catalogue((self.source,), store=PrototypeStore(self.folder)).find("job")

    def stored(self) -> list[Path]:
        return sorted(self.folder.path.iterdir()) if self.folder.path.is_dir() else []

    def change(self, path: Path, before: str, after: str) -> None:
        """Other content of the same size, at the same time."""
        found = path.stat()
        path.write_text(path.read_text().replace(before, after))
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


@pytest.fixture
def prototypes(tmp_path: Path) -> Prototypes:
    return Prototypes(tmp_path)


def _content(prototype: Prototype) -> str:
    """All that a prototype has; parameters are compared by identity otherwise."""
    return repr(prototype)


def test_a_stored_prototype_is_the_same(prototypes: Prototypes) -> None:
    first = prototypes.read()
    (file,) = prototypes.stored()
    before = file.stat().st_mtime_ns
    assert _content(prototypes.read()) == _content(first)
    assert prototypes.stored() == [file]
    assert file.stat().st_mtime_ns == before
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_all_built_in_prototypes_are_the_same(tmp_path: Path) -> None:
    folder = SignedFolder(tmp_path / "cache", tmp_path / "cache.key")
    source = builtin_source()
    expected = [_content(each) for each in Catalogue((source,)).all()]
    for _ in range(2):
        found = Catalogue((source,), store=PrototypeStore(folder)).all()
        assert [_content(each) for each in found] == expected
    assert len(list(folder.path.iterdir())) == len(expected)


@pytest.mark.parametrize("file", ["file", "group"])
def test_a_change_of_the_same_size_and_time_counts(prototypes: Prototypes, file: str) -> None:
    prototypes.read()
    path = getattr(prototypes, file)
    prototypes.change(path, "default: one" if file == "file" else "default: 1", "default: two"[:12])
    expected = _content(Catalogue((prototypes.source,)).find("job"))
    assert _content(prototypes.read()) == expected
    assert "two" in expected


def test_an_error_is_not_hidden_by_what_is_stored(prototypes: Prototypes) -> None:
    prototypes.read()
    prototypes.change(prototypes.file, "summary: A job", "sumary: AA job")
    with pytest.raises(RegistryError):
        prototypes.read()


def test_a_damaged_or_foreign_file_counts_as_missing(prototypes: Prototypes) -> None:
    expected = _content(prototypes.read())
    (file,) = prototypes.stored()
    content = file.read_bytes()
    for place in (0, 40, len(content) // 2, len(content) - 1):
        file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert _content(prototypes.read()) == expected
    prototypes.folder.key_file.unlink()
    file.write_bytes(content.replace(b"A job", b"Evil!"))
    assert _content(prototypes.read()) == expected


def test_values_of_secrets_are_not_stored(prototypes: Prototypes) -> None:
    prototypes.change(prototypes.file, "default: one", "writeOnly: true, default: hunter2")
    assert prototypes.read().params["text"].default == "hunter2"
    assert prototypes.stored() == []


def test_a_home_that_cannot_be_written_is_no_error(prototypes: Prototypes) -> None:
    prototypes.folder = SignedFolder(Path("/proc/cache"), Path("/proc/state/cache.key"))
    assert prototypes.read().name == "job"


def test_a_folder_that_others_can_write_to_is_not_used(prototypes: Prototypes) -> None:
    prototypes.folder.path.mkdir()
    prototypes.folder.path.chmod(0o777)
    prototypes.read()
    assert prototypes.stored() == []


def test_a_list_of_prototypes_is_stored_and_follows_changes(prototypes: Prototypes) -> None:
    def listed() -> list[str]:
        found = Catalogue((prototypes.source,), store=PrototypeStore(prototypes.folder)).listed()
        return [f"{each.package}/{each.name}: {each.summary}" for each in found]

    first = listed()
    (file,) = (path for path in prototypes.stored() if path.name == "list")
    before = file.stat().st_mtime_ns
    assert listed() == first
    assert file.stat().st_mtime_ns == before, "nothing is written where nothing changed"
    prototypes.change(prototypes.file, "summary: A job", "summary: B job")
    (line,) = listed()
    assert line == first[0].replace("A job", "B job")
    file.write_bytes(b"damaged")
    assert listed() == [line]
    prototypes.change(prototypes.file, "summary: B job", "sumary: BB job")
    with pytest.raises(RegistryError):
        listed()
