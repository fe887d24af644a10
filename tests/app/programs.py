"""Run the programs beside the tests: what needs processes of its own."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def run_program(*words: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run `python -m tests.app.WORDS` to its end; `before` goes in front of the command."""
    return subprocess.run(
        [*before, sys.executable, "-m", f"tests.app.{words[0]}", *words[1:]],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
