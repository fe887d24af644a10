"""What dlctl draws on a terminal, and what it prints to a pipe instead."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.project import Project
from tests.terminal import DLCTL, Shown, on_terminal

TABLE = """\
import json, sys
from dlctl.cli.output.tables.cell import Cell
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.table import table
headings, *rows = json.load(open(sys.argv[1]))
table(headings, [[Cell(c[0], Style(c[1])) if isinstance(c, list) else c for c in row] for row in rows])
"""
"""A program that writes the table in a JSON file; `[text, style]` is a cell with a colour."""

Row = Sequence[str | tuple[str, str]]


def dlctl(project: Project, *words: str, columns: int = 100, **environ: str) -> Shown:
    """Run `dlctl WORDS` on a terminal of so many columns."""
    return program(project, *DLCTL, *words, columns=columns, **environ)


def program(project: Project, *command: str, columns: int = 100, **environ: str) -> Shown:
    """Run a command on a terminal of so many columns; COLUMNS is not set, unless in `environ`."""
    return on_terminal(
        command, cwd=project.root, environ=environ_of(project, environ), columns=columns, stdout=None
    )


def table_on_terminal(project: Project, rows: Sequence[Row], columns: int, **environ: str) -> Shown:
    """The first row is headings."""
    return program(project, *_table(project.root, rows), columns=columns, **environ)


def table_on_pipe(project: Project, rows: Sequence[Row]) -> str:
    """The same table, with stdout not a terminal."""
    command = _table(project.root, rows)
    return subprocess.run(command, env=environ_of(project), capture_output=True, text=True, check=True).stdout


def _table(folder: Path, rows: Sequence[Row]) -> list[str]:
    path = folder / "table.json"
    path.write_text(json.dumps(rows))
    return [sys.executable, "-c", TABLE, str(path)]


def environ_of(project: Project, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment variables of a project's processes, without those that say how to draw."""
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
    given = {name: value for name, value in project.environ.items() if name != "COLUMNS"}
    return {**kept, **given, **(more or {})}
