"""What else decides about pods of a namespace: quotas, limit ranges, claims of local volumes."""

from hypothesis import strategies as st

from tests.oracle.case import Body, Case
from tests.oracle.drawing import chance
from tests.oracle.make_nodes import GPU, HOST

CLASS = "oracle-local"


def add_quota(draw: st.DrawFn, case: Case, spec: Body) -> None:
    """A ResourceQuota of pods, GPUs or cpu, on top of what runs already."""
    running = len(case.running)
    gpus = sum(
        int(pod["spec"]["containers"][0]["resources"].get("limits", {}).get(GPU, 0)) for pod in case.running
    )
    hard = draw(
        st.sampled_from(
            (
                {"pods": str(running + draw(st.sampled_from((0, 1, 3, 8))))},
                {f"requests.{GPU}": str(gpus + draw(st.sampled_from((0, 2, 4, 16))))},
                {f"requests.{GPU}": str(draw(st.sampled_from((1, 2, 4))))},
                {"requests.cpu": str(draw(st.sampled_from((10, 40, 100))))},
            )
        )
    )
    case.limits.append(_local(case, "v1", "ResourceQuota", "team", spec={"hard": hard}))
    case.features.add("quota")


def add_limit_range(draw: st.DrawFn, case: Case, spec: Body) -> None:
    """A LimitRange with defaults, or with a maximum."""
    item = draw(
        st.sampled_from(
            (
                {"type": "Container", "defaultRequest": {"cpu": "2"}, "default": {"memory": "2Gi"}},
                {"type": "Container", "default": {"cpu": "3"}, "max": {"cpu": "4"}},
                {"type": "Container", "min": {"cpu": "200m"}},
                {"type": "Pod", "max": {"memory": "8Gi"}},
            )
        )
    )
    case.limits.append(_local(case, "v1", "LimitRange", "usual", spec={"limits": [item]}))
    case.features.add("limit range")


def add_claim(draw: st.DrawFn, case: Case, spec: Body) -> None:
    """A claim of a volume on one node: bound to it, or waiting for its first pod; sometimes too small."""
    node = draw(st.sampled_from(case.nodes))["metadata"]["name"]
    volume_name, bound = case.local("volume"), chance(draw, 0.5)
    expression = {"key": HOST, "operator": "In", "values": [node]}
    affinity = {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}
    volume: Body = {
        "capacity": {"storage": "10Gi"},
        "accessModes": ["ReadWriteOnce"],
        "persistentVolumeReclaimPolicy": "Retain",
        "storageClassName": CLASS,
        "local": {"path": "/data"},
        "nodeAffinity": affinity,
    }
    if bound:
        volume["claimRef"] = {"namespace": case.namespace, "name": "data"}
    size = "10Gi" if bound else draw(st.sampled_from(("5Gi", "10Gi", "20Gi")))
    claim: Body = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": CLASS,
        "resources": {"requests": {"storage": size}},
        **({"volumeName": volume_name} if bound else {}),
    }
    metadata = {"name": volume_name}
    case.global_objects.append(
        {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": metadata, "spec": volume}
    )
    case.objects.append(_local(case, "v1", "PersistentVolumeClaim", "data", spec=claim))
    if not bound:
        case.later.append(_anywhere(case))
    spec["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    case.features.add("claim")


def add_ephemeral(draw: st.DrawFn, case: Case, spec: Body) -> None:
    """A volume for each pod, of those that some nodes have."""
    for number, node in enumerate(draw(st.lists(st.sampled_from(case.nodes), min_size=1, max_size=4))):
        case.global_objects.append(_on(case, f"own-{number}", node["metadata"]["name"]))
    claim = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": CLASS,
        "resources": {"requests": {"storage": "10Gi"}},
    }
    spec["volumes"] = [{"name": "own", "ephemeral": {"volumeClaimTemplate": {"spec": claim}}}]
    case.later += [_anywhere(case, f"anywhere-{number}") for number in range(8)]
    case.features.add("ephemeral volume")


def _on(case: Case, name: str, node: str) -> Body:
    """A volume on one node."""
    made = _anywhere(case, name)
    expression = {"key": HOST, "operator": "In", "values": [node]}
    affinity = {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}
    made["spec"] |= {"capacity": {"storage": "10Gi"}, "nodeAffinity": affinity}
    return made


def _anywhere(case: Case, name: str = "anywhere") -> Body:
    """A volume for every claim, on every node."""
    spec = {
        "capacity": {"storage": "50Gi"},
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": CLASS,
        "hostPath": {"path": "/data"},
    }
    metadata = {"name": case.local(name)}
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": metadata, "spec": spec}


def _local(case: Case, version: str, kind: str, name: str, **more: Body) -> Body:
    metadata = {"name": name, "namespace": case.namespace}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **more}
