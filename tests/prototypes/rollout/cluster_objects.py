"""What a team's cluster has beside a component: all that its pods name and that it does not make itself."""

from collections.abc import Iterable, Iterator
from typing import Any

Json = dict[str, Any]

WORKLOADS = frozenset(
    {("apps/v1", "Deployment"), ("apps/v1", "StatefulSet"), ("apps/v1", "DaemonSet"), ("batch/v1", "Job")}
)
"""Kubernetes' own kinds that make pods."""
HARDWARE = ("feature.node.kubernetes.io/", "nvidia.com/", "amd.com/")
"""Labels that say what a node has are the nodes' own; all others that pods ask for are an admin's."""


def pods_of(bodies: Iterable[Json]) -> Iterator[Json]:
    """The PodSpec of every workload."""
    for body in bodies:
        if (body["apiVersion"], body["kind"]) in WORKLOADS:
            yield body["spec"]["template"]["spec"]


def caller(bodies: list[Json], namespace: str) -> Iterator[Json]:
    """The objects that somebody else makes: accounts, classes, claims, and a volume for each claim."""
    pods = list(pods_of(bodies))
    made = {(body["kind"], body["metadata"]["name"]) for body in bodies}
    for name in _named(pods, "serviceAccountName"):
        if ("ServiceAccount", name) not in made:
            yield _object("v1", "ServiceAccount", name, namespace)
    for name in _named(pods, "priorityClassName"):
        if not name.startswith("system-"):
            yield _object("scheduling.k8s.io/v1", "PriorityClass", name, value=1000)
    for name in _named(pods, "runtimeClassName"):
        yield _object("node.k8s.io/v1", "RuntimeClass", name, handler=name)
    names = (name for name in _claimed(pods) if ("PersistentVolumeClaim", name) not in made)
    others = [_claim(name, namespace) for name in names]
    made_here = (body for body in bodies if body["kind"] == "PersistentVolumeClaim")
    for claim in (*others, *made_here, *_claims_of_sets(bodies)):
        if "volumeName" not in claim["spec"]:
            yield _volume(claim, namespace)  # first: a claim that finds none looks again after 15 seconds
    yield from others


def _claims_of_sets(bodies: list[Json]) -> Iterator[Json]:
    """What the controller of StatefulSets makes of their templates: a claim for each pod."""
    for body in (each for each in bodies if each["kind"] == "StatefulSet"):
        for template in body["spec"].get("volumeClaimTemplates", ()):
            for index in range(body["spec"]["replicas"]):
                name = f"{template['metadata']['name']}-{body['metadata']['name']}-{index}"
                yield {"metadata": {"name": name}, "spec": template["spec"]}


def node_labels(bodies: list[Json]) -> dict[str, str]:
    """The labels that an admin gave the nodes: what pods select by, and by what they are near each other."""
    found: dict[str, str] = {}
    for pod in pods_of(bodies):
        found.update(pod.get("nodeSelector") or {})
        affinity = (pod.get("affinity") or {}).get("podAffinity") or {}
        for term in affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or ():
            found[term["topologyKey"]] = "first"
    return {key: value for key, value in found.items() if not key.startswith(HARDWARE)}


def marked(body: Json, test: str) -> Json:
    """The object with a label by which the test `test` finds it again."""
    return {**body, "metadata": {**body["metadata"], "labels": {"test": test}}}


def _named(pods: list[Json], field: str) -> list[str]:
    return sorted({pod[field] for pod in pods if pod.get(field)})


def _claimed(pods: list[Json]) -> list[str]:
    volumes = [volume for pod in pods for volume in pod.get("volumes") or ()]
    sources = [each["persistentVolumeClaim"] for each in volumes if "persistentVolumeClaim" in each]
    return sorted({source["claimName"] for source in sources})


def _claim(name: str, namespace: str) -> Json:
    wanted = {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "1Gi"}}}
    return _object("v1", "PersistentVolumeClaim", name, namespace, spec=wanted)


def _volume(claim: Json, namespace: str) -> Json:
    """As a provisioner would make it, of which a sandbox has none."""
    name, spec = claim["metadata"]["name"], claim["spec"]
    volume = {
        "accessModes": spec["accessModes"],
        "capacity": spec["resources"]["requests"],
        "claimRef": {"namespace": namespace, "name": name},
        "storageClassName": spec.get("storageClassName"),
        "hostPath": {"path": "/tmp"},
    }
    return _object("v1", "PersistentVolume", f"{namespace}-{name}", spec=volume)


def _object(api_version: str, kind: str, name: str, namespace: str = "", **rest: Any) -> Json:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}
