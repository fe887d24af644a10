"""Whether a pod belongs to an object, by the chain of its controllers; each controller is read once."""

from collections.abc import Mapping
from typing import Any

from dlctl.cluster.protocol import Cluster
from dlctl.errors import ClusterError
from dlctl.jobs.owners import controller_of
from dlctl.manifest import JsonObject
from dlctl.status.model import text_at

_DEEPEST = 8
"""Controllers between a pod and its object: a pod of KServe has five."""


class OwnedBy:
    """What belongs to one object: `uid` is its own, `known` are those of controllers that are its own."""

    def __init__(self, cluster: Cluster, uid: str, known: frozenset[str] = frozenset()) -> None:
        self._cluster = cluster
        self._answers: dict[str, bool] = {uid: True, **dict.fromkeys(known, True)}

    def __call__(self, body: JsonObject) -> bool:
        """Whether an object belongs to it. A controller that may not be read counts as another's."""
        return self._owned(body, _DEEPEST)

    def _owned(self, body: JsonObject, left: int) -> bool:
        owner = controller_of(body)
        uid = text_at(owner, "uid")
        if not uid or not left:
            return False
        if uid not in self._answers:
            found = self._read(owner, text_at(body, "metadata", "namespace"))
            self._answers[uid] = found is not None and self._owned(found, left - 1)
        return self._answers[uid]

    def _read(self, owner: Mapping[str, Any], namespace: str) -> JsonObject | None:
        try:
            resource = self._cluster.resource(text_at(owner, "apiVersion"), text_at(owner, "kind"))
            found = self._cluster.get(resource, text_at(owner, "name"), namespace)
        except ClusterError:
            return None
        return found if text_at(found, "metadata", "uid") == text_at(owner, "uid") else None
