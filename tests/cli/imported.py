"""The modules that a command imports, seen from outside: for tests that keep the start fast."""

import ast
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_RUN = """
import sys
from dlctl.cli.main import main
code = main(sys.argv[1:])
sys.stderr.write("\\nMODULES" + repr([code, sorted(sys.modules)]))
"""


def imported_by(words: Sequence[str], environ: Mapping[str, str], cwd: Path) -> tuple[int, list[str]]:
    """The exit code of a command, and the names of all modules that were imported until its end."""
    outcome = subprocess.run(
        [sys.executable, "-c", _RUN, *words],
        cwd=cwd,
        env=environ,
        capture_output=True,
        text=True,
        timeout=100,
    )
    code, modules = ast.literal_eval(outcome.stderr.rpartition("\nMODULES")[2])
    return int(code), modules


def third_party(modules: Sequence[str]) -> set[str]:
    """The packages among modules that belong neither to Python nor to dlctl, by their first names."""
    own = {"dlctl", "__main__", "__mp_main__", "sitecustomize", "usercustomize", "_virtualenv"}
    first = {name.partition(".")[0] for name in modules} - set(sys.stdlib_module_names) - own
    return {
        name for name in first if not name.startswith(("_cython", "cython", "__editable__", "_distutils"))
    }
