"""Find the pods that a target of `sandbox simulate` has."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from dlctl.errors import UsageError
from dlctl.labels import labels_of
from dlctl.sandbox.host.server import Server
from dlctl.text import shown_name

Object = Mapping[str, Any]
TARGETS = "ENV, NAMESPACE/POD, job/NAME or node/NAME"
JOB_LABELS = (
    "batch.kubernetes.io/job-name",
    "training.kubeflow.org/job-name",
    "jobset.sigs.k8s.io/jobset-name",
    "volcano.sh/job-name",
)
PODS = "/api/v1/pods"


def pod_path(pod: Object) -> str:
    """The path of a pod on the API server."""
    metadata = pod["metadata"]
    return f"/api/v1/namespaces/{quote(metadata['namespace'])}/pods/{quote(metadata['name'])}"


def named_pods(server: Server, target: str, namespace: str) -> list[Object]:
    """The pod `NAMESPACE/POD`, or the pods of `job/NAME` in the namespace. Raises UsageError."""
    kind, _, name = target.rpartition("/")
    if not kind or not name:
        raise UsageError(f"{shown_name(target)} names no pod", hint=f"use {TARGETS}")
    if kind == "job":
        path = f"/api/v1/namespaces/{quote(namespace, safe='')}/pods"
        found = (_listed(server, path, f"{label}={name}") for label in JOB_LABELS)
        return next((pods for pods in found if pods), [])
    pod = server.get(f"/api/v1/namespaces/{quote(kind, safe='')}/pods/{quote(name, safe='')}")
    return [pod] if pod else []


def pods_on(server: Server, node: str) -> list[Object]:
    """The pods on a node."""
    return list(server.get(f"{PODS}?fieldSelector=spec.nodeName%3D{quote(node, safe='')}")["items"])


def pods_with_labels(server: Server, labels: Mapping[str, str]) -> list[Object]:
    """The pods that have these labels, or whose controllers, or their controllers, have them."""
    owners = _Owners(server)
    return [
        pod
        for pod in server.get(PODS)["items"]
        if any(labels.items() <= labels_of(each).items() for each in owners.chain(pod))
    ]


class _Owners:
    """The owners of objects; each is read once."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._plurals: dict[str, Mapping[str, str]] = {}
        self._read: dict[str, Object | None] = {}

    def chain(self, body: Object) -> Iterator[Object]:
        """The object, and then its controller, that one's controller, and so on."""
        yield body
        for owner in body["metadata"].get("ownerReferences") or ():
            if owner.get("controller") and (found := self._owner(owner, body["metadata"])):
                yield from self.chain(found)

    def _owner(self, reference: Mapping[str, str], of: Mapping[str, str]) -> Object | None:
        version = reference["apiVersion"]
        plural = self._kinds(version).get(reference["kind"])
        if plural is None:
            return None
        base = f"/api/{version}" if version == "v1" else f"/apis/{version}"
        place = f"/namespaces/{quote(of['namespace'])}" if "namespace" in of else ""
        path = f"{base}{place}/{plural}/{quote(reference['name'])}"
        if path not in self._read:
            self._read[path] = self._server.get(path)
        return self._read[path]

    def _kinds(self, version: str) -> Mapping[str, str]:
        """The plural of each kind of an API version."""
        if version not in self._plurals:
            found = self._server.get(f"/api/{version}" if version == "v1" else f"/apis/{version}")
            resources = (found or {}).get("resources") or ()
            self._plurals[version] = {
                each["kind"]: each["name"] for each in resources if "/" not in each["name"]
            }
        return self._plurals[version]


def _listed(server: Server, path: str, selector: str) -> list[Object]:
    answer = server.get(f"{path}?labelSelector={quote(selector)}")
    return list(answer["items"]) if answer else []
