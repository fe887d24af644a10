"""Run as a program: many processes at once, each adds a key of its own to one file of an app.

Usage: concurrent_writers.py ROOT COUNT. Prints how many of them failed.
"""

import os
import sys
from pathlib import Path

from dlctl.files.write import FileChange, edit_files
from dlctl.yamlio.edit.change import set_value


def add_key(root: Path, number: int) -> None:
    file = root / "environments" / "gke" / "params.yaml"

    def compute() -> list[FileChange]:
        before = file.read_bytes()
        after = set_value(before.decode(), ("components", f"c{number}", "lr"), number, shown="params.yaml")
        return [FileChange(file, before, after.encode())]

    edit_files(root, compute)


def start(root: Path, number: int, gate: int, opener: int) -> int:
    """Fork; the child closes its copy of the parent's end, so that the gate can open."""
    child = os.fork()
    if child:
        return child
    os.close(opener)
    status = 1
    try:
        os.read(gate, 1)
        add_key(root, number)
        status = 0
    finally:
        os._exit(status)


def main(root: Path, count: int) -> None:
    gate, opener = os.pipe()
    children = [start(root, number, gate, opener) for number in range(count)]
    os.close(opener)
    failed = sum(os.waitpid(child, 0)[1] != 0 for child in children)
    print(failed)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
