"""The README's tour: every command in it is run on a real cluster, and prints what the README says."""

import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.conftest import REPOSITORY
from tests.controlplane import ControlPlane, StartControlPlane

README = REPOSITORY / "README.md"


@dataclass(frozen=True)
class Example:
    """A command of the README with the lines that it is said to print, `...` standing for anything."""

    command: str
    expected: tuple[str, ...]


def _examples() -> list[Example]:
    blocks = re.findall(r"^```console\n(.*?)^```", README.read_text(), flags=re.MULTILINE | re.DOTALL)
    examples: list[Example] = []
    for line in "".join(blocks).splitlines():
        if line.startswith("$ "):
            examples.append(Example(line[2:], ()))
        else:
            last = examples.pop()
            examples.append(Example(last.command, (*last.expected, line)))
    return examples


def _own_cluster(control_plane: ControlPlane, folder: Path) -> Path:
    """A kubeconfig as a reader has one, with a context that is called otherwise than a sandbox's."""
    own = yaml.safe_load(control_plane.kubeconfig.read_text())
    own["contexts"][0]["name"] = own["current-context"] = "my-cluster"
    path = folder / "kubeconfig"
    path.write_text(json.dumps(own))
    return path


def matches(printed: str, expected: tuple[str, ...]) -> bool:
    """Whether the lines are those expected, in any order: what runs in parallel ends in any order.

    A line that is only `...` stands for any number of lines; the width of columns does not count.
    """
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    patterns = [
        re.escape(" ".join(line.split())).replace(re.escape("..."), ".*")
        for line in expected
        if line != "..."
    ]
    for pattern in patterns:
        found = next((line for line in lines if re.fullmatch(pattern, line)), None)
        if found is None:
            return False
        lines.remove(found)
    return not lines or any(line.strip() == "..." for line in expected)


@pytest.mark.controlplane
def test_readme_console_blocks_match_output(tmp_path: Path, start_control_plane: StartControlPlane) -> None:
    control_plane = start_control_plane(name="reader")
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "KUBECONFIG": str(_own_cluster(control_plane, tmp_path)),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    folder = tmp_path
    for example in _examples():
        words = shlex.split(example.command)
        if words[0] == "cd":
            folder = folder / words[1]
            continue
        assert words[0] == "dlctl", f"the tour has a command that is not dlctl's: {example.command}"
        answer = subprocess.run(
            [sys.executable, "-m", "dlctl.cli.main", *words[1:]],
            cwd=folder,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        said = "\n".join(example.expected)
        assert matches(answer.stdout, example.expected), (
            f"$ {example.command}\n{answer.stdout}\nthe README says:\n{said}"
        )


def test_readme_lists_every_command() -> None:
    from dlctl.cli.commands.table import COMMANDS

    text = README.read_text()
    line = next(line for line in text.splitlines() if line.startswith("`init ·"))
    assert line.strip("`;").split(" · ") == list(COMMANDS)
