"""The jobs of an environment, again and again as they change."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct

from dlctl.app.model import Target
from dlctl.cluster.protocol import Cluster
from dlctl.deploy.options import Clock
from dlctl.events import Emit
from dlctl.jobs.following import Following
from dlctl.jobs.warnings import Warned
from dlctl.status import Rules
from dlctl.workflow.jobs.listing import JobList, JobQuery, chosen_of, listed, namespaces_of

PAUSE = 0.5
"""Seconds in which changes are collected: many pods of a job change at once."""

LOOK = 10.0
"""Seconds after which jobs are judged again where there is no news: some phases change with time alone."""


class WatchedEnvironment(Struct, frozen=True):
    """An environment whose jobs are followed."""

    cluster: Cluster
    target: Target
    rules: Rules


def watch_jobs(
    environment: WatchedEnvironment,
    query: JobQuery,
    publish: Callable[[JobList], None],
    stop: threading.Event,
    emit: Emit,
) -> None:
    """Publish the jobs, and then each time that they have changed, until `stop`.

    Raises ClusterError where the cluster cannot be read, or could not be for long; RegistryError.
    """
    cluster, target, rules = environment.cluster, environment.target, environment.rules
    clock, warned = Clock(), Warned(cluster)
    with Following(cluster, namespaces_of(target), rules, emit, servers=query.servers) as following:
        while not stop.is_set():
            now = datetime.now(UTC)
            found = chosen_of(following.live, target, query, rules, warned, now)
            publish(listed(found, query))
            looked = clock.now()
            while not following.changed(1.0) and clock.now() - looked < LOOK and not stop.is_set():
                continue
            stop.wait(PAUSE)
