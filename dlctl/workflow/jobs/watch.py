"""The jobs of an environment, or one job, again and again as they change."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from msgspec import Struct

from dlctl.app.model import Target
from dlctl.cluster.protocol import Cluster
from dlctl.deploy.options import Clock
from dlctl.events import Emit, no_events
from dlctl.jobs.description import JobDescription, describe
from dlctl.jobs.facts import Judge
from dlctl.jobs.following import Following
from dlctl.jobs.kinds import MADE_BY_JOBS, is_server
from dlctl.jobs.warnings import Warned
from dlctl.status import Rules
from dlctl.workflow.jobs.find import FoundJob
from dlctl.workflow.jobs.listing import JobList, JobQuery, chosen_of, listed, namespaces_of

PAUSE = 0.5
"""Seconds in which changes are collected: many pods of a job change at once."""

LOOK = 10.0
"""Seconds after which jobs are judged again where there is no news: some phases change with time alone."""


AGAIN = 2.0
"""Seconds between two descriptions of a job: each reads the events of its namespace."""


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
) -> None:
    """Publish the jobs, and then each time that they have changed, until `stop`.

    Raises ClusterError where the cluster cannot be read, also later; RegistryError.
    """
    cluster, target, rules = environment.cluster, environment.target, environment.rules
    clock, warned = Clock(), Warned(cluster)
    namespaces = namespaces_of(target)
    following = Following(cluster, namespaces, rules, no_events, servers=query.servers, unreadable=0)
    with following:
        while not stop.is_set():
            now = datetime.now(UTC)
            found = chosen_of(following.live, target, query, rules, warned, now)
            publish(listed(found, query))
            looked = clock.now()
            while not following.changed(1.0) and clock.now() - looked < LOOK and not stop.is_set():
                continue
            stop.wait(PAUSE)


def described(found: FoundJob, emit: Emit) -> Iterator[JobDescription]:
    """All that is known of a job, and again each time that it may have changed.

    Ends where the job is final, or was deleted. Raises ClusterError where the cluster cannot be read, or
    could not be for long; RegistryError.
    """
    cluster, rules = found.cluster, found.judge.rules
    clock, warned = Clock(), Warned(cluster)
    kind = found.ref.group_kind
    namespaces, kinds = (found.ref.namespace,), {*MADE_BY_JOBS, kind}
    servers = is_server(kind, rules)
    with Following(cluster, namespaces, rules, emit, kinds=kinds, servers=servers) as following:
        while True:
            now = datetime.now(UTC)
            live = next((each for each in following.live.jobs if each.uid == found.live.uid), None)
            if live is None:
                return
            judge = Judge(rules, now, warned.about([live], rules, now))
            description = describe(cluster, live, found.owner, judge)
            yield description
            if description.job.final:
                return
            looked = clock.now()
            while not following.changed(1.0) and clock.now() - looked < LOOK:
                continue
            time.sleep(max(0.0, AGAIN - (clock.now() - looked)))
