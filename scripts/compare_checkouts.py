#!/usr/bin/env python3
"""Compare the speed of two checkouts of this repository: the same commands, run in turn from each.

Usage: scripts/compare_checkouts.py OLD NEW [--rounds N] [--only TEXT]. Each checkout needs a virtual
environment with dlctl in `.venv` (`make install`). Whole processes are measured, in turn, so that what
disturbs the machine for a while disturbs both. Seconds: processor time is what other programs disturb
least; minima are what the machine can do at its best.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.benchmarks.apps import write_app, write_environment

COMPLETE = {"_DLCTL_COMPLETE": "bash_complete", "COMP_WORDS": "dlctl show ", "COMP_CWORD": "2"}
COMPONENTS = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """One command; `folder` is where it runs, None for the checkout itself, which is an app."""

    name: str
    words: tuple[str, ...]
    folder: Path | None = None
    environ: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout, and a home folder that holds its caches."""

    path: Path
    home: Path

    def run(self, row: Row) -> tuple[float, float]:
        """Wall time and processor time of one run, which must succeed."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "XDG_"))}
        environ = {**kept, "HOME": str(self.home), **(row.environ or {})}
        command = [str(self.path / ".venv/bin/dlctl"), *row.words]
        with (self.home / "out").open("wb") as out:
            began = time.perf_counter()
            child = subprocess.Popen(
                command, cwd=row.folder or self.path, env=environ, stdout=out, stderr=out
            )
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{(self.home / 'out').read_text()[-2000:]}")
        return wall, usage.ru_utime + usage.ru_stime


def rows(scratch: Path) -> list[Row]:
    """The commands, and the app that some of them need."""
    many = scratch / "many"
    write_app(many, "web", COMPONENTS)
    write_environment(many, "bench", "bench", "none", "")
    return [
        Row("--version", ("--version",)),
        Row("completion", (), environ=COMPLETE),
        Row("--help", ("--help",)),
        Row("prototype list", ("prototype", "list")),
        Row("show, 1 component", ("show", "minikube", "-c", "cnn")),
        Row(f"show, {COMPONENTS} components", ("show", "bench"), many),
    ]


def compare(old: Checkout, new: Checkout, row: Row, rounds: int) -> None:
    """Print the line of one command, after a run of each that is not counted."""
    runs: dict[Checkout, list[tuple[float, float]]] = {old: [], new: []}
    for number in range(rounds + 1):
        for checkout in (old, new) if number % 2 else (new, old):
            runs[checkout].append(checkout.run(row))
    walls = {checkout: [wall for wall, _ in found[1:]] for checkout, found in runs.items()}
    cpus = {checkout: [cpu for _, cpu in found[1:]] for checkout, found in runs.items()}
    cells = []
    for figure, seconds in ((statistics.median, walls), (min, walls), (statistics.median, cpus), (min, cpus)):
        before, after = figure(seconds[old]), figure(seconds[new])
        cells.append(f"{before:8.3f} {after:7.3f} {after / before:5.2f}")
    print(f"{row.name:22}" + " |".join(cells), flush=True)


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--only", default="", help="only rows whose name contains this")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        checkouts = [
            Checkout(path.resolve(), scratch / name) for path, name in ((given.old, "a"), (given.new, "b"))
        ]
        for checkout in checkouts:
            checkout.home.mkdir()
        titles = ("wall, median", "wall, minimum", "cpu, median", "cpu, minimum")
        print(" " * 22 + " |".join(f"{title:>22}" for title in titles))
        print(f"{'seconds':22}" + " |".join("     old     new ratio" for _ in titles))
        for row in rows(scratch):
            if given.only in row.name:
                compare(checkouts[0], checkouts[1], row, given.rounds)


main()
