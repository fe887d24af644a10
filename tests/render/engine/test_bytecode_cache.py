"""Compiled templates that are kept: what was made of a text is used again, and nothing else is."""

import marshal
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from jinja2 import Environment

from dlctl.files.signed_files import SignedFolder
from dlctl.render.engine.engine import Engine
from tests.project import Project
from tests.render.engine.conftest import Workbench, reported

FILES = {
    "a.yaml.j2": 'name: {{ params.name }}\nports: {{ fragment("ports") }}\nscript: {{ text("run.sh.j2") }}\n',
    "run.sh.j2": "run {{ params.name | shell }}\n{% if params.more %}\nmore\n{% endif %}\n",
    "fragments/ports.yaml.j2": "- {{ params.port + 1 }}\n",
}
VALUE = {"name": "web", "ports": [81], "script": "run web\nmore\n"}


def _bench(folder: Path) -> Workbench:
    return Workbench(folder, Engine(bytecode_folder=SignedFolder(folder / "code", folder / "key")))


def _value(folder: Path) -> object:
    return _bench(folder).value(FILES, name="web", port=80, more=True)


@pytest.fixture
def no_parser(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on, a template that has to be read is a failure."""

    def refuse(*words: object) -> None:
        raise AssertionError(f"read again: {words[2]}")

    return lambda: monkeypatch.setattr(Environment, "_parse", refuse)


def test_cached_code_is_used_by_the_next_engine(tmp_path: Path, no_parser: Callable[[], None]) -> None:
    assert _value(tmp_path) == VALUE
    assert len(list((tmp_path / "code").iterdir())) == 3
    no_parser()
    assert _value(tmp_path) == VALUE


def test_errors_name_the_same_lines(tmp_path: Path) -> None:
    first, second = (
        reported(_bench(tmp_path).error(FILES, name="web", port="x", more=False)) for _ in ("made", "kept")
    )
    assert "fragments/ports.yaml.j2:1" in first
    assert second == first


def test_missing_fragment_is_reported_with_cached_code(tmp_path: Path) -> None:
    files = {"a.yaml.j2": 'a: 1\nb: {{ fragment("none") }}\n'}
    first, second = (reported(_bench(tmp_path).error(files)) for _ in ("made", "kept"))
    assert first.startswith("templates/a.yaml.j2:2: fragment 'none' not found")
    assert second == first


def test_changed_template_is_compiled_again(tmp_path: Path) -> None:
    assert _value(tmp_path) == VALUE
    changed = {**FILES, "fragments/ports.yaml.j2": "- {{ params.port + 2 }}\n"}
    assert _bench(tmp_path).value(changed, name="web", port=80, more=True) == {**VALUE, "ports": [82]}


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"",
        lambda whole: whole[:10],
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:-1],
        lambda whole: b"\0" * len(whole),
        lambda whole: b"not code at all",
        lambda whole: whole[: whole.index(b"c", 60)] + marshal.dumps(5),
    ],
)
def test_damaged_cache_file_is_replaced(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    assert _value(tmp_path) == VALUE
    kept = sorted((tmp_path / "code").iterdir())
    before = [file.read_bytes() for file in kept]
    for file in kept:
        file.write_bytes(damage(file.read_bytes()))
    assert _value(tmp_path) == VALUE
    assert [file.read_bytes() for file in kept] == before


def test_changed_bytes_are_never_run(tmp_path: Path) -> None:
    """Any byte of a file, whatever it becomes: the file counts as none, and is written again."""
    assert _value(tmp_path) == VALUE
    random = Random(7)
    kept = sorted((tmp_path / "code").iterdir())
    whole = {file: file.read_bytes() for file in kept}
    for _ in range(150):
        file = random.choice(kept)
        changed = bytearray(whole[file])
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
        file.write_bytes(changed)
        assert _value(tmp_path) == VALUE
        assert file.read_bytes() == whole[file]


def test_code_of_another_template_is_not_run(tmp_path: Path) -> None:
    assert _value(tmp_path) == VALUE
    first, second, third = sorted((tmp_path / "code").iterdir())
    one, two = first.read_bytes(), second.read_bytes()
    for content in (two, third.read_bytes()):
        first.write_bytes(content)
        assert _value(tmp_path) == VALUE
        assert (first.read_bytes(), second.read_bytes()) == (one, two)


def test_code_that_was_written_with_another_key_is_not_run(tmp_path: Path) -> None:
    """Code with a digest that anybody can calculate, or of somebody else's key."""
    assert _value(tmp_path) == VALUE
    for file in (tmp_path / "code").iterdir():
        code = marshal.dumps(compile("raise SystemExit('run')", "x", "exec"))
        file.write_bytes(sha256(code).digest() + code)
    assert _value(tmp_path) == VALUE
    (tmp_path / "key").unlink()
    before = {file: file.read_bytes() for file in (tmp_path / "code").iterdir()}
    assert _value(tmp_path) == VALUE
    assert all(file.read_bytes() != content for file, content in before.items())


def test_without_a_key_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    assert _value(tmp_path) == VALUE
    assert list((tmp_path / "code").iterdir()) == []


def test_cache_writable_by_others_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code").chmod(0o777)
    assert _value(tmp_path) == VALUE
    assert list((tmp_path / "code").iterdir()) == []


def test_cache_folder_of_another_user_is_not_used(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    (tmp_path / "code").mkdir(mode=0o755)
    os.chown(tmp_path / "code", 65534, 65534)
    assert _value(tmp_path) == VALUE
    assert list((tmp_path / "code").iterdir()) == []


def test_invalid_cache_folder_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "code").write_text("a file\n")
    assert _value(tmp_path) == VALUE


def test_rules_and_templates_of_a_command_are_kept(app: Project, no_parser: Callable[[], None]) -> None:
    first = app.run("show", "dev").ok().out
    no_parser()
    assert app.run("show", "dev").ok().out == first
