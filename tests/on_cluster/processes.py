"""dlctl as a process of its own: to be signalled, killed, or given a terminal."""

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests import terminal
from tests.on_cluster.app_on_cluster import Desk
from tests.project import Outcome

COMMAND = terminal.DLCTL
LIMIT = terminal.LIMIT


def environ_of(desk: Desk, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment variables of a desk's processes."""
    return {**os.environ, **desk.project.environ, **(more or {})}


@dataclass(frozen=True)
class Started:
    """A process that runs."""

    process: "subprocess.Popen[str]"

    def end(self) -> Outcome:
        """Wait until it has ended."""
        out, err = self.process.communicate(timeout=LIMIT)
        return Outcome(self.process.returncode, out, err)


def start(desk: Desk, *words: str) -> Started:
    """Start `dlctl WORDS` in the desk's app."""
    return Started(
        subprocess.Popen(
            [*COMMAND, *words],
            cwd=desk.project.root,
            env=environ_of(desk),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    )


def on_terminal(
    desk: Desk,
    *words: str,
    typed: str = "",
    interrupt_at: str = "",
    meanwhile: Callable[[], object] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Outcome:
    """Run `dlctl WORDS` on a terminal, on which `typed` is typed; all that it shows is `out`.

    Once `interrupt_at` is shown, the process is interrupted as by Ctrl-C. `meanwhile` is done once a
    question is asked, before anything is typed.
    """
    shown = terminal.on_terminal(
        [*COMMAND, *words],
        cwd=desk.project.root,
        environ=environ_of(desk, {"TERM": "xterm", **(environ or {})}),
        typed=typed,
        interrupt_at=interrupt_at,
        meanwhile=meanwhile,
    )
    return Outcome(shown.code, shown.raw, "")
