"""The lock of an environment on its cluster: a Lease that is renewed, and expires by itself."""

import math
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Self

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.holder import Holder, holder_of, this_holder
from dlctl.deploy.options import Clock
from dlctl.errors import ClusterError, Conflict, DeployError, Forbidden, NotFound, NotReady
from dlctl.events import Emit, Note, Progress
from dlctl.labels import environment_label
from dlctl.plan.applyset import object_name
from dlctl.plan.model import Scope
from dlctl.status.model import number_at, text_at, time_of, value_at

SECONDS = 30
"""How long a lock holds after its holder has renewed it last."""
RENEWED = 10.0
POLL = 1.0
JOINED = 5.0

Body = Mapping[str, Any]


class EnvironmentLock:
    """Held from `acquire` to the end of the block. It prevents concurrent dlctl commands.

    Where Leases may not be written there is a note and no lock, and where the namespace does not exist, none
    until `acquire` is called again.
    """

    def __init__(
        self,
        cluster: Cluster,
        scope: Scope,
        emit: Emit,
        *,
        patience: float,
        deadline: float = math.inf,
        stop: threading.Event,
        clock: Clock | None = None,
    ) -> None:
        self._cluster = cluster
        self._emit = emit
        self._patience = patience
        self._deadline = deadline
        self._stop = stop
        self._clock = clock or Clock()
        self._name = object_name(f"dlctl.{scope.app}.{environment_label(scope.environment)}")
        self._path = _leases_of(scope.namespace)
        self._environment, self._namespace = scope.environment, scope.namespace
        self._refused = False
        self._seen: Body | None = None
        self._held: Body | None = None
        self._lost = ""
        self._gone = False
        self._renewing: threading.Thread | None = None
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended.set()
        if self._renewing is not None:
            self._renewing.join(JOINED)
        if self._held is not None and self._gone:
            self._remove(self._held)
        elif self._held is not None:
            self._replaced(self._held, self._spec(""))

    @cached_property
    def _holder(self) -> Holder:
        return this_holder()

    @property
    def taken_by(self) -> str:
        """Who has taken it over while it was held; empty if nobody has."""
        return self._lost

    def forget(self) -> None:
        """Remove the Lease at the end, as the environment has no objects any more."""
        self._gone = True

    def look(self) -> None:
        """Remember the state of the lock before a plan is made. Raises ClusterError."""
        try:
            self._seen = self._get()
        except Forbidden:
            self._seen = None

    def acquire(self) -> bool:
        """Take the lock, after a wait if somebody else has it; nothing if it is held already.

        False if somebody else may have held it since `look`, so that the plan must be made again. Raises
        NotReady where it is not free in time, DeployError where it was lost, ClusterError.
        """
        if self._lost:
            raise DeployError(f"the lock of {self._environment} was taken over by {self._lost}")
        if self._held is not None or self._refused:
            return True
        try:
            self._held = self._at_once()
            unchanged = self._held is not None
            if self._held is None:
                self._held = self._taken()
        except Forbidden:
            self._refused = True
            why = "you do not have permission to write Leases in this namespace"
            self._emit(Note(f"no lock: {why}, so concurrent dlctl commands are not prevented"))
            return True
        except NotFound:
            return True  # there is no such namespace yet
        if self._held is not None:
            renewing = threading.Thread(target=self._renew, daemon=True)
            renewing.start()
            self._renewing = renewing  # once it can be joined: an interrupt may come between
        return unchanged

    def _at_once(self) -> Body | None:
        """The Lease, if it is free and as it was at `look`; else None."""
        if self._seen is None:
            return self._created()
        return self._replaced(self._seen, self._spec()) if self._is_free(self._seen, 0.0) else None

    def _taken(self) -> Body | None:
        """The Lease, once it is ours; None after an interrupt."""
        end = min(self._clock.now() + self._patience, self._deadline)
        seen: tuple[Any, float] = (None, 0.0)
        while not self._stop.is_set():
            found = self._get()
            if found is None:
                taken = self._created()
            else:
                spec = found.get("spec") or {}
                if spec != seen[0]:
                    seen = (spec, self._clock.now())
                free = self._is_free(found, self._clock.now() - seen[1])
                taken = self._replaced(found, self._spec()) if free else None
            if taken is not None:
                return taken
            if found is not None:
                self._wait_for(found, end)
        return None

    def _wait_for(self, found: Body, end: float) -> None:
        who = _who(found)
        since = text_at(found, "spec", "acquireTime")
        if self._clock.now() >= end:
            raise NotReady(
                f"another dlctl command holds the lock of {self._environment}: {who}, since {since}",
                hint="wait for it, or pass a longer --lock-timeout; the lock expires by itself",
            )
        self._emit(Progress(f"waiting for another dlctl command: {who}"))
        self._clock.sleep(POLL)

    def _is_free(self, found: Body, unchanged: float) -> bool:
        """Whether nobody holds it: its holder died here, or has not renewed it for its time.

        The time is measured here, from when it was first seen: clocks of hosts differ.
        """
        identity = text_at(found, "spec", "holderIdentity")
        holder = holder_of(identity)
        if not identity or identity == self._holder.identity or (holder is not None and holder.is_dead):
            return True
        renewed = time_of(text_at(found, "spec", "renewTime"))
        seconds = number_at(found, "spec", "leaseDurationSeconds", default=SECONDS)
        long_ago = renewed is None or datetime.now(UTC) - renewed > timedelta(seconds=seconds + 120)
        return unchanged > seconds or long_ago

    def _get(self) -> Body | None:
        try:
            found: Body = self._cluster.raw("GET", f"{self._path}/{self._name}")
        except NotFound:
            return None
        return found

    def _created(self) -> Body | None:
        body = {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": self._name, "labels": {"app.kubernetes.io/managed-by": "dlctl"}},
            "spec": self._spec(),
        }
        try:
            made: Body = self._cluster.raw("POST", self._path, body=body)
        except Conflict:
            return None  # somebody else was first
        return made

    def _replaced(self, found: Body, spec: Body) -> Body | None:
        """The Lease with another spec; None if somebody else changed it since it was read."""
        try:
            made: Body = self._cluster.raw("PUT", f"{self._path}/{self._name}", body={**found, "spec": spec})
        except (Conflict, NotFound):
            return None
        except ClusterError:
            if spec["holderIdentity"]:
                raise
            return None  # it expires
        return made

    def _remove(self, held: Body) -> None:
        """Delete the Lease, if it is still as we wrote it."""
        try:
            _delete(self._cluster, f"{self._path}/{self._name}", held)
        except ClusterError:
            return  # it expires

    def _spec(self, identity: str | None = None) -> dict[str, Any]:
        """The spec of a Lease that is held; with an empty identity of one that nobody holds."""
        now = _now()
        return {
            "holderIdentity": self._holder.identity if identity is None else identity,
            "leaseDurationSeconds": SECONDS,
            "acquireTime": now,
            "renewTime": now,
        }

    def _renew(self) -> None:
        """Renew the Lease until the end; it is lost when somebody else has taken it."""
        while not self._ended.wait(RENEWED) and self._held is not None:
            try:
                body = {**self._held, "spec": {**self._held["spec"], "renewTime": _now()}}
                self._held = self._cluster.raw("PUT", f"{self._path}/{self._name}", body=body)
            except (Conflict, NotFound):
                self._look()
            except ClusterError:
                continue

    def _look(self) -> None:
        """Whether the Lease is still ours: our own renewal may have been sent twice."""
        try:
            found = self._get()
        except ClusterError:
            return
        if found is not None and text_at(found, "spec", "holderIdentity") == self._holder.identity:
            self._held = found
        elif not self._ended.is_set():
            self._held = None
            if found is None and self._is_namespace_going():
                return  # this command deletes it, with the Lease
            self._lost = _taker(found)
            self._emit(Note(f"the lock was taken over by {self._lost}: this command stops"))

    def _is_namespace_going(self) -> bool:
        try:
            found = self._cluster.raw("GET", f"/api/v1/namespaces/{self._namespace}")
        except NotFound:
            return True
        except ClusterError:
            return False
        return bool(value_at(found, "metadata", "deletionTimestamp"))


def delete_lock(cluster: Cluster, namespace: str, name: str) -> None:
    """Delete the Lease of an environment's earlier name, unless somebody holds it. Raises ClusterError."""
    path = f"{_leases_of(namespace)}/{name}"
    try:
        found = cluster.raw("GET", path)
        if not text_at(found, "spec", "holderIdentity"):
            _delete(cluster, path, found)
    except (NotFound, Conflict, Forbidden):
        return


def _leases_of(namespace: str) -> str:
    return f"/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases"


def _delete(cluster: Cluster, path: str, seen: Body) -> None:
    """Delete a Lease, if it is still as it was seen."""
    known = {key: text_at(seen, "metadata", key) for key in ("uid", "resourceVersion")}
    options = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": known}
    cluster.raw("DELETE", path, body=options)


def _who(found: Body) -> str:
    identity = text_at(found, "spec", "holderIdentity")
    holder: Holder | None = holder_of(identity)
    return str(holder) if holder is not None else identity or "nobody"


def _taker(found: Body | None) -> str:
    """Who has taken over a lock; it may be free again."""
    if found is None:
        return "somebody who removed it"
    ended = not text_at(found, "spec", "holderIdentity")
    return "another dlctl command, which has finished" if ended else _who(found)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
