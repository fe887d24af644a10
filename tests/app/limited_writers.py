"""Run as a program: write where the system lets only so much through.

Usage: limited_writers.py (size|disk|user) FOLDER. Writes two small files, then tries to replace the
first by a small and the second by a big one; prints a JSON report.
"""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from dlctl.errors import FileError
from dlctl.files.write import FileChange, edit_files

SMALL, BIG = b"small: 1\n", b"big: 1\n" * 40_000


def limit_size(_root: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))


def limit_disk(root: Path) -> None:
    """Needs a mount namespace of its own."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(root)], check=True)


def limit_user(_root: Path) -> None:
    """The first file's folder becomes someone else's."""
    os.setresuid(65534, 65534, 65534)


def main(limit: str, root: Path) -> None:
    if limit == "disk":
        limit_disk(root)
    first, second = root / "a.yaml", root / "sub" / "b.yaml"
    edit_files(root, lambda: [FileChange(first, None, SMALL), FileChange(second, None, SMALL)])
    if limit != "disk":
        {"size": limit_size, "user": limit_user}[limit](root)
    changes = [FileChange(first, SMALL, b"new: 1\n"), FileChange(second, SMALL, BIG)]
    report = {"error": "", "hint": ""}
    try:
        edit_files(root, lambda: changes)
    except FileError as error:
        report = {"error": str(error), "hint": error.hint or ""}
    files = {
        path.relative_to(root).as_posix(): path.read_bytes().decode()
        for path in root.rglob("*")
        if path.is_file()
    }
    print(json.dumps({**report, "files": files}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
