"""The locks of the environments of one command."""

import math
import threading
import time
from collections.abc import Callable
from typing import Self

from msgspec.structs import replace

from dlctl.app.model import Target
from dlctl.cluster.protocol import Cluster
from dlctl.deploy.lease import EnvironmentLock
from dlctl.deploy.options import DeployOptions
from dlctl.errors import DeployError, PlanError
from dlctl.events import no_events
from dlctl.redact import Redactor
from dlctl.workflow.plan import Planned
from dlctl.workflow.render import Selection
from dlctl.workflow.scope import scope_of
from dlctl.workflow.session import Session

INTERRUPT_TIMEOUT = 2.0
"""Seconds in which locks are given back after an interrupt."""


class Locks:
    """A lock for each environment, held from `take` to the end of the block."""

    def __init__(
        self, session: Session, patience: float, stop: threading.Event, deadline: float = math.inf
    ) -> None:
        self._session = session
        self._patience = patience
        self._stop = stop
        self._deadline = deadline
        self._held: dict[str, EnvironmentLock] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        """Give the locks back; after an interrupt a server that hangs is not waited for: they expire."""
        giving = [
            threading.Thread(target=lock.__exit__, args=exception, daemon=True)
            for lock in self._held.values()
        ]
        for each in giving:
            each.start()
        end = time.monotonic() + INTERRUPT_TIMEOUT
        for each in giving:
            each.join(max(0.0, end - time.monotonic()) if self._stop.is_set() else None)

    def look(self, environment: str) -> None:
        """See who holds the lock of an environment, before it is planned.

        Raises PlanError if the cluster must not be written to, ClusterError.
        """
        held = self._held.get(environment)
        if held is not None:
            held.look()
            return
        target = self._session.target(environment)
        _, self._held[environment] = self._session.reading(
            target.environment, no_events, lambda cluster: self._seen(target, cluster), writing=True
        )

    def _seen(self, target: Target, cluster: Cluster) -> EnvironmentLock:
        lock = EnvironmentLock(
            cluster,
            scope_of(target, Selection()),
            self._session.emit(target.environment.name, Redactor()),
            patience=self._patience,
            deadline=self._deadline,
            stop=self._stop,
        )
        lock.look()
        return lock

    def take(self, environment: str) -> bool:
        """Take the lock of an environment, after a wait for its holder; nothing if it is held already.

        False if somebody else may have written since `look`, so that the plan must be made again. Raises
        NotReady if the lock is not free in time, DeployError if it was lost, ClusterError.
        """
        return self._held[environment].acquire()

    def holding(self, environment: str, options: DeployOptions) -> DeployOptions:
        """The options of work under the lock of an environment: its loss ends this work, and no other."""
        return replace(
            options,
            before_wave=lambda: self.keep(environment),
            lock_taken_by=lambda: self._taken_by(environment),
        )

    def _taken_by(self, environment: str) -> str:
        held = self._held.get(environment)
        return held.taken_by if held else ""

    def keep(self, environment: str) -> None:
        """Take the lock where that was not possible before, as there was no namespace.

        Raises DeployError if another dlctl command has had it since: the plan no longer holds. Raises as
        `take`.
        """
        if not self._held[environment].acquire() and not self._stop.is_set():
            raise DeployError(
                f"another dlctl command has changed the objects of {environment} since the plan was made",
                hint="run the command again",
            )

    def require_held(self, environment: str) -> None:
        """Raise DeployError if another dlctl command took the lock while this one waited."""
        taken = self._taken_by(environment)
        if taken:
            raise DeployError(
                f"the lock of {environment} was taken over by {taken}; "
                "what this command applied may be changed",
                hint=f"see what is there now: dlctl diff {environment}",
            )

    def take_unchanged(
        self, planned: Planned, plan: Callable[[str], Planned], *, forget: bool = False
    ) -> None:
        """Take the lock for a plan that was confirmed; with `forget` the Lease is removed at the end.

        Raises PlanError if another dlctl command changed what would be written; otherwise as `take`.
        """
        name = planned.environment
        if not self.take(name) and plan(name).plan.fingerprint != planned.plan.fingerprint:
            raise PlanError(
                f"the objects of {name} were changed by another dlctl command; nothing was written",
                hint="run the command again to see the new plan",
            )
        if forget:
            self._held[name].forget()
