"""Edits of awkward files: `edits/*.txt` shows each before and after."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from dlctl.errors import YamlError
from dlctl.yamlio.edit.change import remove, set_value

FOLDER = Path(__file__).parent / "edits"


@dataclass(frozen=True)
class Case:
    name: str
    command: str
    before: str
    after: str


def cases() -> list[Case]:
    found = []
    for file in sorted(FOLDER.glob("*.txt")):
        for block in re.split("^===== ", file.read_text("utf-8"), flags=re.MULTILINE)[1:]:
            head, before, after = re.split(r"^-----\n", block, flags=re.MULTILINE)
            name, command = head.splitlines()
            found.append(Case(f"{file.stem}: {name}", command, before, after))
    return found


def run(command: str, text: str) -> str:
    """`set PATH = JSON`, `remove PATH`, or `keep PATH`: remove, and leave what becomes empty."""
    verb, rest = command.split(" ", 1)
    place, _, value = rest.partition(" = ")
    path = [int(step) if step.isdigit() else step for step in place.split("/")]
    if verb == "set":
        return set_value(text, path, json.loads(value), shown="f.yaml")
    return remove(text, path, shown="f.yaml", prune_empty={"remove": True, "keep": False}[verb])


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_an_edit(case: Case) -> None:
    try:
        after = run(case.command, case.before)
    except YamlError as error:
        after = f"ERROR {error}\n"
    assert after == case.after


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_line_ends_and_byte_order_mark_are_kept(case: Case) -> None:
    check(case, "\ufeff" + case.before.replace("\n", "\r\n"), "\ufeff" + case.after.replace("\n", "\r\n"))


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_last_line_without_line_end_is_edited(case: Case) -> None:
    check(case, case.before.removesuffix("\n"), case.after.removesuffix("\n"))


def check(case: Case, before: str, expected: str) -> None:
    if case.after.startswith("ERROR"):
        with pytest.raises(YamlError):
            run(case.command, before)
    else:
        assert run(case.command, before).rstrip("\r\n") == expected.rstrip("\r\n")
