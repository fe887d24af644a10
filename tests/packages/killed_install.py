"""Run as a program: `pkg install` is killed before each of its system calls that write, in turn.

Usage: killed_install.py APP. The app has the registry `ours` with the package `hello`. For each kill it
prints what was there then, and after the same command ran again, as a JSON list.
"""

import json
import os
import shutil
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from dlctl.app import write as app_write
from dlctl.cli.main import main
from dlctl.files import write

STEP = 5
"""Calls from one kill to the next."""
INSTALL = ["pkg", "install", "ours/hello"]


def install_and_die(call: int) -> None:
    """Install; die by SIGKILL before the given system call of the part that writes."""
    seen = 0
    original = write.edit_files

    def count(_frame: FrameType, event: str, function: Any) -> None:
        nonlocal seen
        if event == "c_call" and getattr(function, "__module__", "") == "posix":
            seen += 1
            if seen == call:
                os.kill(os.getpid(), signal.SIGKILL)

    def counted(*arguments: Any, **named: Any) -> Any:
        sys.setprofile(count)
        try:
            return original(*arguments, **named)
        finally:
            sys.setprofile(None)

    setattr(app_write, "edit_files", counted)  # noqa: B010 - a name that the module only imports
    main(INSTALL)


def in_child(work: Any) -> bool:
    """Whether a child process that does this lived to its end."""
    child = os.fork()
    if not child:
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 - until the process ends
        work()
        os._exit(0)
    return not os.WIFSIGNALED(os.waitpid(child, 0)[1])


def state(root: Path) -> dict[str, Any]:
    folder = root / "vendor/ours/hello@1.0.0"
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    hidden = [path.name for path in root.rglob(".dlctl-*")]
    pinned = "ours/hello" in (root / "dlctl.yaml").read_text()
    return {"pinned": pinned, "files": files, "left": hidden}


def run(root: Path, kept: Path, call: int) -> dict[str, Any]:
    shutil.rmtree(root)
    shutil.copytree(kept, root)
    os.chdir(root)
    lived = in_child(lambda: install_and_die(call))
    seen = state(root)
    in_child(lambda: main(INSTALL))
    return {"lived": lived, "killed": seen, "again": state(root)}


if __name__ == "__main__":
    app = Path(sys.argv[1])
    before = app.with_name("kept")
    shutil.copytree(app, before)
    found: list[dict[str, Any]] = []
    while not found or not found[-1]["lived"]:
        found.append(run(app, before, 1 + STEP * len(found)))
    print(json.dumps(found))
