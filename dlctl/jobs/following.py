"""The jobs of some namespaces as they change: read once, then kept by watches."""

from collections.abc import Collection, Iterable
from typing import Self

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.options import Clock
from dlctl.deploy.watches import Watches
from dlctl.errors import ClusterError
from dlctl.events import Emit, Note
from dlctl.jobs.live import Live, read_lists
from dlctl.manifest import GroupKind
from dlctl.status.readiness import Rules

READ_AGAIN = 60.0
"""Seconds after which everything is read again: between two watches a deletion may be lost."""

BROKEN = 10.0
"""The same while watches fail."""

UNREADABLE = 300.0
"""Seconds for which a cluster may not be readable before that is an error."""


class Following:
    """Jobs as they are now; a context manager that ends the watches.

    Of kinds of jobs only `kinds` are watched, if they are given. `unreadable` are the seconds for which the
    cluster may not be readable before that is an error.
    """

    def __init__(
        self,
        cluster: Cluster,
        namespaces: Iterable[str],
        rules: Rules,
        emit: Emit,
        *,
        kinds: Collection[GroupKind] | None = None,
        servers: bool = False,
        unreadable: float = UNREADABLE,
        clock: Clock | None = None,
    ) -> None:
        """Read the jobs for the first time. Raises as `read_lists`."""
        self._cluster = cluster
        self._namespaces = tuple(namespaces)
        self._rules = rules
        self._emit = emit
        self._clock = clock or Clock()
        self._servers = servers
        self._unreadable = unreadable
        self._noted = False
        self._lists = read_lists(cluster, self._namespaces, rules, servers=servers)
        self._watches = Watches(cluster, self._lists.watched(kinds))
        self._read = self._tried = self._clock.now()
        self._live: Live | None = None

    def __enter__(self) -> Self:
        self._watches.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._watches.__exit__(*exception)

    @property
    def live(self) -> Live:
        """The jobs as they are now."""
        if self._live is None:
            self._live = self._lists.live()
        return self._live

    def changed(self, seconds: float) -> bool:
        """Wait for news, at most so long; whether there are any.

        Raises ClusterError where the cluster could not be read for long.
        """
        changed = False
        for news in self._watches.news(seconds):
            changed = self._lists.take(news) or changed
        due = BROKEN if self._watches.broken else READ_AGAIN
        if self._clock.now() - self._tried >= due:
            changed = self._read_again() or changed
        if changed:
            self._live = None
        return changed

    def _read_again(self) -> bool:
        self._tried = self._clock.now()
        try:
            self._lists = read_lists(self._cluster, self._namespaces, self._rules, servers=self._servers)
        except ClusterError as error:
            if self._clock.now() - self._read >= self._unreadable:
                raise
            self._note(f"the cluster cannot be read; it is tried again: {error.message}", noted=True)
            return False
        self._read = self._clock.now()
        self._note("the cluster can be read again", noted=False)
        return True

    def _note(self, text: str, *, noted: bool) -> None:
        """Say once that the cluster cannot be read, and once that it can again."""
        if noted is not self._noted:
            self._noted = noted
            self._emit(Note(text))
