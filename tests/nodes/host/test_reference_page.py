"""docs/reference/node-labels.md names every label and finding of our own, and no other."""

import ast
import re
from pathlib import Path

from dlctl.nodes.host.detect import detect
from dlctl.nodes.host.labels.host_labels import host_labels
from tests.conftest import REPOSITORY

PAGE = (REPOSITORY / "docs/reference/node-labels.md").read_text()
HOST = REPOSITORY / "dlctl/nodes/host"


def first_cells(heading: str) -> list[str]:
    """The first cells of the table below a heading."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", section, re.M)


def test_labels(built: dict[str, Path]) -> None:
    found = {label for root in built.values() for label in host_labels(detect(root), ["dlctl.dev/"])}
    assert set(first_cells("Labels of dlctl")) == found


def test_findings() -> None:
    calls = [
        node
        for path in (HOST / "findings").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("warning", "note")
    ]
    made = {(ast.literal_eval(call.args[0]), ast.unparse(call.func)) for call in calls}
    section = PAGE.partition("## Findings\n")[2]
    assert set(re.findall(r"^\| `([^`]+)` \| (\w+) \|", section, re.M)) == made
