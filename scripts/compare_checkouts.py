#!/usr/bin/env python3
"""Compare the speed of two checkouts of this repository: the same commands, run in turn from each.

Usage: scripts/compare_checkouts.py OLD NEW [--rounds N] [--only TEXT] [--sandbox NAME]. Each checkout
needs a virtual environment with dlctl in `.venv` (`make install`). Whole processes are measured, in turn,
so that what disturbs the machine for a while disturbs both. Seconds: processor time is what other programs
disturb least; minima are what the machine can do at its best. With --sandbox, which names a
running sandbox that may be filled with objects, commands that use a cluster are measured, too.
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

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.benchmarks.apps import write_app, write_environment

COMPLETE = {"_DLCTL_COMPLETE": "bash_complete", "COMP_WORDS": "dlctl show ", "COMP_CWORD": "2"}
COMPONENTS = 1000
SIDES = ("old", "new")


@dataclass(frozen=True, slots=True)
class Row:
    """One command; `folder` is where it runs, None for the checkout itself, which is an app.

    `{run}` in a word stands for a number that no two runs share, `{side}` for the checkout: what one has
    applied belongs to its field manager, which another version may take for somebody else's.
    """

    name: str
    words: tuple[str, ...]
    folder: Path | None = None
    environ: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout, and a home folder that holds its caches."""

    path: Path
    home: Path

    def run(self, row: Row, number: int) -> tuple[float, float]:
        """Wall time and processor time of one run, which must succeed."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "XDG_"))}
        environ = {**kept, "HOME": str(self.home), **(row.environ or {})}
        command = [
            str(self.path / ".venv/bin/dlctl"),
            *(word.format(run=number, side=self.home.name) for word in row.words),
        ]
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


def answer(program: Path, *words: str) -> str:
    """What a command of the caller's own sandboxes prints."""
    return subprocess.run([program, "sandbox", *words], check=True, capture_output=True, text=True).stdout


def cluster_rows(scratch: Path, program: Path, sandbox: str, rounds: int) -> list[Row]:
    """The commands that use a cluster; the first run of each applies what the others find unchanged."""
    kubeconfig = scratch / "kubeconfig"
    kubeconfig.write_text(answer(program, "kubeconfig", sandbox))
    context = yaml.safe_load(kubeconfig.read_text())["current-context"]
    asked = "get namespace kube-system -o jsonpath={.metadata.uid}"
    uid = answer(program, "kubectl", sandbox, *asked.split(" "))
    environ = {"KUBECONFIG": str(kubeconfig)}
    found = []
    for objects in (22, COMPONENTS):
        root = scratch / f"cluster-{objects}"
        write_app(root, "web", objects)
        for side in SIDES:
            write_environment(root, f"kept-{side}", f"compared-{objects}-{side}", context, uid)
        for run in range(2 * rounds + 2):
            write_environment(root, f"new-{run}", f"compared-{objects}-{run}", context, uid)
        found += [
            Row(f"{verb}, {objects} unchanged", (verb, "kept-{side}"), root, environ)
            for verb in ("apply", "diff", "status")
        ]
        found.append(Row(f"apply, {objects} new", ("apply", "new-{run}"), root, environ))
    return found


def compare(old: Checkout, new: Checkout, row: Row, rounds: int) -> None:
    """Print the line of one command, after a run of each that is not counted."""
    runs: dict[Checkout, list[tuple[float, float]]] = {old: [], new: []}
    for number in range(rounds + 1):
        for turn, checkout in enumerate((old, new) if number % 2 else (new, old)):
            runs[checkout].append(checkout.run(row, 2 * number + turn))
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
    parser.add_argument("--sandbox", default="", help="a running sandbox, for the rows that use a cluster")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        checkouts = [
            Checkout(path.resolve(), scratch / name)
            for path, name in zip((given.old, given.new), SIDES, strict=True)
        ]
        for checkout in checkouts:
            checkout.home.mkdir()
        titles = ("wall, median", "wall, minimum", "cpu, median", "cpu, minimum")
        print(" " * 22 + " |".join(f"{title:>22}" for title in titles))
        print(f"{'seconds':22}" + " |".join("     old     new ratio" for _ in titles))
        measured = rows(scratch)
        if given.sandbox:
            program = given.new.resolve() / ".venv/bin/dlctl"
            measured += cluster_rows(scratch, program, given.sandbox, given.rounds)
        for row in measured:
            if given.only in row.name:
                compare(checkouts[0], checkouts[1], row, given.rounds)


main()
