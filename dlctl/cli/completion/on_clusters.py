"""Names of jobs and runs on the clusters of an app, for shell completion."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from dlctl.cli.connect import ClusterFlags, Connector
from dlctl.cli.runtime import Runtime
from dlctl.errors import DlctlError
from dlctl.events import no_events
from dlctl.in_thread import in_thread

if TYPE_CHECKING:
    from dlctl.workflow.jobs.names import JobName

LIMIT = 2.0
"""Seconds for all clusters together: somebody waits at the prompt."""


class Search(Struct, frozen=True):
    """What the command line says of the jobs so far."""

    environment: str = ""
    kubeconfig: Path | None = None
    unmanaged: bool = False


def names_on_clusters(runtime: Runtime, search: Search, seconds: float = LIMIT) -> Iterator["JobName"]:
    """The names that the clusters have answered in time, each once; none of those that cannot be read.

    Clusters whose credentials come from a program or another server are not asked: such a program may prompt.
    """
    found: dict[str, JobName] = {}
    with suppress(DlctlError, OSError):  # TimeoutError is one
        in_thread(lambda: _read(runtime, search, found), seconds)
    yield from tuple(found.values())


def _read(runtime: Runtime, search: Search, found: "dict[str, JobName]") -> None:
    from dlctl.app.select import all_environments
    from dlctl.plan.parallel import in_parallel

    connector = Connector(runtime, ClusterFlags(search.kubeconfig, "", LIMIT))
    names = (search.environment,) if search.environment else all_environments(runtime.app())

    def read(environment: str) -> None:
        with suppress(DlctlError, OSError):
            for each in _in_environment(runtime, connector, environment, unmanaged=search.unmanaged):
                found.setdefault(each.name, each)

    in_parallel(read, names, len(names))


def _in_environment(
    runtime: Runtime, connector: Connector, name: str, *, unmanaged: bool
) -> "Iterator[JobName]":
    from dlctl.app.environments import load_target
    from dlctl.status.readiness import Rules
    from dlctl.workflow.jobs.names import job_names

    target = load_target(runtime.app(), name)
    cluster = connector(target.environment, no_events)
    if cluster.has_fixed_credentials:
        rules = Rules(runtime.catalogue().within(target.environment).readiness)
        yield from job_names(cluster, target, rules, unmanaged=unmanaged)
