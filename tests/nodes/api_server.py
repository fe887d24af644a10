"""A server that lists what a test gives it, as an API server does: for what people read of a cluster."""

import contextlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from tests.cluster.scripted_server import Answer, ScriptedServer, Seen, scripted, status

Body = dict[str, Any]
_DRA = "resource.k8s.io/v1"
_KUEUE = "kueue.x-k8s.io/v1beta1"
_TOPOLOGY = "kueue.x-k8s.io/v1beta2"
_KINDS: Mapping[str, Mapping[str, str]] = {
    "v1": {
        "Node": "nodes",
        "Pod": "pods",
        "Namespace": "namespaces",
        "LimitRange": "limitranges",
        "ResourceQuota": "resourcequotas",
    },
    _DRA: {"ResourceSlice": "resourceslices", "ResourceClaim": "resourceclaims"},
    _KUEUE: {"Workload": "workloads"},
    _TOPOLOGY: {"Topology": "topologies"},
}


class Listed(Struct, frozen=True):
    """What the server has; lists whose plural is in `forbidden` are refused; it waits before each answer."""

    nodes: Sequence[Body] = ()
    pods: Sequence[Body] = ()
    resourceslices: Sequence[Body] = ()
    resourceclaims: Sequence[Body] = ()
    uid: str = "11111111-2222-3333-4444-555555555555"
    forbidden: Sequence[str] = ()
    wait: float = 0.0
    page: int = 2
    workloads: Sequence[Body] | None = None
    others: Mapping[tuple[str, str, str], Sequence[Body]] = field(default_factory=dict)
    """Objects of further cluster-scoped kinds, by apiVersion, kind and plural."""
    topologies: Sequence[Body] | None = None
    limitranges: Sequence[Body] = ()
    resourcequotas: Sequence[Body] = ()

    def answer(self, seen: Seen) -> Answer:
        """What a GET gets."""
        time.sleep(self.wait)
        last = seen.path.rpartition("/")[2]
        if last in self.forbidden:
            return status(403, "Forbidden", f"you do not have permission to list {last}")
        if seen.path == "/api/v1/namespaces/kube-system":
            return Answer(body={"kind": "Namespace", "metadata": {"name": "kube-system", "uid": self.uid}})
        if document := self._document(seen.path):
            return Answer(body=document)
        others = {plural: items for (_, _, plural), items in self.others.items()}
        return self._page(others[last] if last in others else getattr(self, last, None), seen)

    def _document(self, path: str) -> Body | None:
        if path == "/version":
            return {"gitVersion": "v1.34.2"}
        if path == "/api":
            return {"kind": "APIVersions", "versions": ["v1"]}
        if path == "/apis":
            served = [_DRA]
            served += [] if self.workloads is None else [_KUEUE]
            served += [] if self.topologies is None else [_TOPOLOGY]
            served += sorted({version for version, _, _ in self.others} - {*served})
            return {"kind": "APIGroupList", "groups": [{"versions": [{"groupVersion": v}]} for v in served]}
        group_version = path.removeprefix("/apis/").removeprefix("/api/")
        more = {kind: plural for (version, kind, plural) in self.others if version == group_version}
        found = {**_KINDS.get(group_version, {}), **more}
        if not found or (self.topologies is None and "Topology" in found):
            return None
        resources = [
            {
                "name": name,
                "kind": kind,
                "namespaced": kind in ("Pod", "ResourceClaim", "LimitRange", "ResourceQuota"),
                "verbs": ["get", "list"],
            }
            for kind, name in found.items()
        ]
        return {"kind": "APIResourceList", "groupVersion": group_version, "resources": resources}

    def _page(self, items: Sequence[Body] | None, seen: Seen) -> Answer:
        if items is None:
            return status(404, "NotFound", "the server could not find the requested resource")
        start = int(seen.query.get("continue") or 0)
        more = str(start + self.page) if start + self.page < len(items) else ""
        named = [_named(item, number) for number, item in enumerate(items)]
        return Answer(body={"metadata": {"continue": more}, "items": named[start : start + self.page]})


def _named(body: Body, number: int) -> Body:
    """The object, with a name if the test gave it none."""
    return {**body, "metadata": {"name": f"object-{number}", **(body.get("metadata") or {})}}


@contextlib.contextmanager
def serving(listed: Listed) -> Iterator[ScriptedServer]:
    """A running server."""
    with scripted(listed.answer) as server:
        yield server


def write_kubeconfig(path: Path, **servers: str) -> None:
    """A context for each server, of its name; the order is kept."""
    entries: Body = {"apiVersion": "v1", "kind": "Config", "current-context": next(iter(servers), "")}
    entries["clusters"] = [{"name": name, "cluster": {"server": url}} for name, url in servers.items()]
    entries["users"] = [{"name": name, "user": {"token": "t"}} for name in servers]
    entries["contexts"] = [{"name": name, "context": {"cluster": name, "user": name}} for name in servers]
    path.write_text(json.dumps(entries))
