"""dlctl as a process of its own: to be signalled, killed, or given a terminal."""

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests import terminal
from tests.on_cluster.app_on_cluster import AppOnCluster
from tests.project import Outcome

COMMAND = terminal.DLCTL
LIMIT = terminal.LIMIT


def environ_of(cluster_app: AppOnCluster, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment variables of the app's processes."""
    return {**os.environ, **cluster_app.project.environ, **(more or {})}


@dataclass(frozen=True)
class Started:
    """A process that runs."""

    process: "subprocess.Popen[str]"

    def end(self) -> Outcome:
        """Wait until it has ended."""
        out, err = self.process.communicate(timeout=LIMIT)
        return Outcome(self.process.returncode, out, err)


def start(cluster_app: AppOnCluster, *words: str) -> Started:
    """Start `dlctl WORDS` in the app's folder."""
    return Started(
        subprocess.Popen(
            [*COMMAND, *words],
            cwd=cluster_app.project.root,
            env=environ_of(cluster_app),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    )


def on_terminal(
    cluster_app: AppOnCluster,
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
        cwd=cluster_app.project.root,
        environ=environ_of(cluster_app, {"TERM": "xterm", **(environ or {})}),
        typed=typed,
        interrupt_at=interrupt_at,
        meanwhile=meanwhile,
    )
    return Outcome(shown.code, shown.raw, "")
