"""The pages for people lead somewhere: files that they name are there, and the map has every layer."""

import re
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

PAGES = [
    *(REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((REPOSITORY / "docs").rglob("*.md")),
]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
NAMED = re.compile(r"`((?:tests|docs|dlctl|scripts|completions|prototypes)/[\w./-]+)`")
ARCHITECTURE = (
    (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8").partition("\n# Recipes\n")[0]
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix())
def test_links_lead_to_files(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_files_that_are_named_are_there(name: str) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    assert [path for path in NAMED.findall(text) if not (REPOSITORY / path).exists()] == []


def _rows(heading: str) -> list[list[str]]:
    """The rows of the table that begins with this line, without its head."""
    rows = ARCHITECTURE.partition(heading)[2].partition("\n\n")[0].splitlines()[2:]
    return [row.strip("| ").split(" | ") for row in rows]


def test_the_map_has_every_layer() -> None:
    package = {path.stem for path in (REPOSITORY / "dlctl").iterdir() if path.suffix in ("", ".py")}
    layers = {
        name for row in _rows("| layer | is responsible for |") for name in re.findall(r"`(\w+)`", row[0])
    }
    assert layers == package - {"__init__", "__main__", "__pycache__"}


def test_the_sublayers_on_the_map_are_there() -> None:
    rows = _rows("| layer | sublayers |")
    assert len(rows) == 13
    for layer, sublayers, *_ in rows:
        folder = REPOSITORY / "dlctl" / layer.strip("`")
        found = {path.stem for path in folder.iterdir()}
        assert set(re.findall(r"`(\w+)`", sublayers)) <= found, layer
