"""Run as a program: a writer is killed before each of its system calls in turn.

Usage: killed_writers.py ROOT. For each kill it looks at the files, as another program would, then
writes once more; it prints a JSON list of what it saw.
"""

import io
import json
import os
import shutil
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from dlctl.files.write import FileChange, edit_files

OLD = {"dlctl.yaml": b"old: 1\n" * 2000, "environments/a/params.yaml": b"old: 2\n", "gone.yaml": b"old: 3\n"}
NEW = {"dlctl.yaml": b"new: 1\n" * 999, "environments/a/params.yaml": b"new: 2\n", "b/made.yaml": b"new: 4\n"}


def changes(root: Path, names: list[str]) -> list[FileChange]:
    return [FileChange(root / name, OLD.get(name), NEW.get(name)) for name in names]


def reset(root: Path) -> None:
    shutil.rmtree(root, ignore_errors=True)
    for name, content in OLD.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


def is_system_call(function: Any) -> bool:
    return getattr(function, "__module__", "") == "posix" or isinstance(
        getattr(function, "__self__", None), io.BufferedWriter
    )


def write_and_die(root: Path, names: list[str], call: int) -> None:
    """Write; die by SIGKILL before the given system call."""
    wanted = changes(root, names)
    seen = 0

    def count(_frame: FrameType, event: str, function: Any) -> None:
        nonlocal seen
        if event == "c_call" and is_system_call(function):
            seen += 1
            if seen == call:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)
    edit_files(root, lambda: wanted)
    sys.setprofile(None)


def run(root: Path, names: list[str], call: int) -> bool:
    """Whether the writer lived to its end."""
    child = os.fork()
    if not child:
        status = 1
        try:
            write_and_die(root, names, call)
            status = 0
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1] == 0


def state(root: Path, name: str) -> str:
    file = root / name
    content = file.read_bytes() if file.exists() else None
    return {OLD.get(name): "old", NEW.get(name): "new"}.get(content, "half")


def leftovers(root: Path) -> int:
    return sum(path.name.startswith(".") for path in root.rglob("*"))


def observe(root: Path, names: list[str]) -> list[dict[str, Any]]:
    seen = []
    for call in range(1, 500):
        reset(root)
        lived = run(root, names, call)
        found = {"lived": lived, "states": [state(root, name) for name in names], "left": leftovers(root)}
        edit_files(root, lambda: [FileChange(root / "next.yaml", None, b"next: 1\n")])
        seen.append({**found, "left_after_next": leftovers(root)})
        if lived:
            break
    return seen


if __name__ == "__main__":
    app = Path(sys.argv[1])
    json.dump({"one": observe(app, ["dlctl.yaml"]), "all": observe(app, sorted({*OLD, *NEW}))}, sys.stdout)
