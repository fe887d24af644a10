"""Bind what is written to one cluster: over which connections it may be sent.

A server's certificate says which connections lead to the cluster whose identity was read. On a connection
with another certificate, as another server behind the same URL has it, the identity is read again first.
"""

import threading
from http import HTTPStatus
from urllib.parse import urlsplit

from dlctl.cluster.answers.answer import Address, answer_of, wrong_answer
from dlctl.cluster.http.subject import Subject
from dlctl.cluster.identity import KUBE_SYSTEM, kube_system_in
from dlctl.errors import ClusterError

UNREADABLE = frozenset({403, 404})
"""Statuses of an answer by which the user is not permitted to know the identity: it counts as empty."""


class ServerBinding:
    """The cluster that the connections of one run lead to; safe to use from several threads.

    A certificate is given as its bytes; a connection without TLS has none.
    """

    def __init__(self, server: str, address: Address) -> None:
        self.address = address
        self.subject = Subject("get", "Namespace", KUBE_SYSTEM)
        self.path = f"{urlsplit(server).path.rstrip('/')}/api/v1/namespaces/{KUBE_SYSTEM}"
        self._lock = threading.Lock()
        self._uid: str | None = None
        self._certificates: set[bytes] = set()
        self._other: ClusterError | None = None

    def learn(self, uid: str, certificate: bytes | None) -> None:
        """Keep the first identity that was read, and the certificates of the connections that had it.

        An empty `uid` stands for a cluster whose identity the user may not read.
        """
        with self._lock:
            if self._uid is None:
                self._uid = uid
            if uid == self._uid and certificate is not None:
                self._certificates.add(certificate)

    def must_ask(self, certificate: bytes | None) -> bool:
        """Whether the identity must be read before anything is written over a connection.

        Raises ClusterError if another cluster was met before: nothing more is written then.
        """
        with self._lock:
            if self._other is not None:
                raise self._other
            return bool(certificate) and self._uid is not None and certificate not in self._certificates

    def check(self, status: int, body: bytes, certificate: bytes | None) -> None:
        """Check the answer about the namespace on a connection. Raises ClusterError for another cluster."""
        actual = self._uid_in(status, body)
        with self._lock:
            expected = self._uid
            if actual != expected:
                self._other = self._other or self._refusal(actual, expected or "")
                raise self._other
        self.learn(actual, certificate)

    def _uid_in(self, status: int, body: bytes) -> str:
        if status in UNREADABLE:
            return ""
        if status != HTTPStatus.OK:
            raise wrong_answer(self.subject, self.address, f"its HTTP status is {status}")
        return str(kube_system_in(answer_of(self.subject, self.address, body))["metadata"]["uid"])

    def _refusal(self, actual: str, expected: str) -> ClusterError:
        return ClusterError(
            f"{self.address.name} is {_named(actual)} on a new connection, which has another certificate; "
            f"the command began with {_named(expected)}",
            hint="nothing more was written; check the context and what the server's address points to",
        )


def _named(uid: str) -> str:
    return f"cluster {uid}" if uid else "a cluster whose namespace kube-system cannot be read"
