"""`dlctl job list --watch`: follow the jobs of each environment in a thread, and show what they are now."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import NoReturn

from msgspec.structs import replace

from dlctl.app.model import Target
from dlctl.cli.commands.job.reading import read_environments
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.views.jobs.watched import watch_view
from dlctl.cli.output.views.unread import fail_where_unread
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import environments_of
from dlctl.cluster.protocol import Cluster
from dlctl.errors import DlctlError
from dlctl.jobs.following import BROKEN
from dlctl.status import Rules
from dlctl.workflow.clusters import ClusterRead
from dlctl.workflow.jobs.listing import JobList, JobQuery
from dlctl.workflow.jobs.watch import WatchedEnvironment, watch_jobs

REDRAWN = 1.0
"""Seconds after which ages are redrawn where there is no news."""

_Update = tuple[str, JobList | DlctlError]
"""An environment, and its jobs now, or why they cannot be read."""


def watch_list(
    runtime: Runtime, flags: ClusterFlags, query: JobQuery, environments: Sequence[str], *, every: bool
) -> NoReturn:
    """Show the jobs until the command is interrupted. Raises UsageError, AppError.

    Also ends where no cluster can be reached at first.
    """
    names = environments_of(runtime.app(), environments, all_=every)
    found = read_environments(runtime, flags, names, _watched)
    if all(each.error for each in found):
        fail_where_unread([(each.target, each.error) for each in found], ignore=False)
    states: dict[str, ClusterRead[JobList]] = {
        each.target: ClusterRead(each.target, each.reached, None, each.error, each.same_as) for each in found
    }
    updates: SimpleQueue[_Update] = SimpleQueue()
    stop = threading.Event()
    for each in found:
        connect = partial(_connected, runtime, flags, each.target)
        work = _Following(each.target, connect, query, updates, stop)
        threading.Thread(target=work.run, args=[each.result], daemon=True).start()
    try:
        _show(states, updates, waits={each.target for each in found if each.result is not None})
    finally:
        stop.set()


def _watched(cluster: Cluster, target: Target, rules: Rules) -> WatchedEnvironment:
    return WatchedEnvironment(cluster, target, rules)


def _connected(runtime: Runtime, flags: ClusterFlags, name: str) -> WatchedEnvironment:
    """Connect to the cluster of an environment. Raises DlctlError."""
    (read,) = read_environments(runtime, flags, [name], _watched, quiet=True)
    if read.result is None:
        raise read.error or DlctlError(f"environment {name} was not read")
    return read.result


class _Following:
    """Follows one environment; where that fails it is connected to and read again."""

    def __init__(
        self,
        name: str,
        connect: Callable[[], WatchedEnvironment],
        query: JobQuery,
        updates: SimpleQueue[_Update],
        stop: threading.Event,
    ) -> None:
        self._name = name
        self._connect = connect
        self._query = query
        self._updates = updates
        self._stop = stop

    def run(self, environment: WatchedEnvironment | None) -> None:
        if environment is None:
            self._stop.wait(BROKEN)
        while not self._stop.is_set():
            try:
                environment = environment or self._connect()
                watch_jobs(environment, self._query, self._publish, self._stop)
            except DlctlError as error:
                environment = None
                self._updates.put((self._name, error))
                self._stop.wait(BROKEN)

    def _publish(self, jobs: JobList) -> None:
        self._updates.put((self._name, jobs))


def _show(
    states: dict[str, ClusterRead[JobList]], updates: SimpleQueue[_Update], waits: set[str]
) -> NoReturn:
    """Show each change; the first time once every environment has answered, so that columns fit them all."""
    with watch_view(several=len(states) > 1) as view:
        while True:
            for name, update in _taken(updates):
                waits.discard(name)
                if isinstance(update, DlctlError):
                    states[name] = replace(states[name], error=update)
                else:
                    states[name] = replace(states[name], result=update, error=None)
            if not waits:
                view.show(tuple(states.values()))


def _taken(updates: SimpleQueue[_Update]) -> list[_Update]:
    """What is new, after a wait for at most a second."""
    found: list[_Update] = []
    with suppress(Empty):
        found.append(updates.get(timeout=REDRAWN))
        while True:
            found.append(updates.get_nowait())
    return found
