"""Pods that run already: as many as nodes have room for, or few."""

from hypothesis import strategies as st

from tests.oracle.case import Body, Case
from tests.oracle.drawing import chance
from tests.oracle.make_nodes import GPU, HOST, ZONE

EVERYTHING = {"operator": "Exists"}


def make_running(draw: st.DrawFn, case: Case, fill: float) -> None:
    """Fill each node to about this part."""
    for node in case.nodes:
        offers = node["status"]["allocatable"]
        gpus, cpu = int(offers.get(GPU, 0)), int(offers["cpu"])
        for _ in range(int(offers["pods"]) - draw(st.sampled_from((0, 1, 3)))):
            if not chance(draw, fill):
                continue
            pod_gpus = min(gpus, draw(st.sampled_from((1, 2, 4, 4, 8)))) if gpus else 0
            pod_cpu = min(cpu, draw(st.sampled_from((0, 1, 2, 4))))
            if not (pod_gpus or pod_cpu):
                continue
            gpus, cpu = gpus - pod_gpus, cpu - pod_cpu
            case.running.append(_pod(draw, case, node["metadata"]["name"], pod_gpus, pod_cpu))


def _pod(draw: st.DrawFn, case: Case, node: str, gpus: int, cpu: int) -> Body:
    resources: Body = {"requests": {"cpu": str(cpu)}}
    if gpus:
        resources["limits"] = {GPU: str(gpus)}
    main: Body = {"name": "main", "image": "x", "resources": resources}
    labels = {"app": draw(st.sampled_from("abc"))}
    if chance(draw, 0.4):
        labels["tier"] = draw(st.sampled_from("12"))
    spec: Body = {
        "nodeName": node,
        "containers": [main],
        "tolerations": [EVERYTHING],
        "terminationGracePeriodSeconds": 0,
    }
    if chance(draw, 0.08):
        main["ports"] = [{"containerPort": 80, "hostPort": draw(st.sampled_from((80, 81)))}]
    if chance(draw, 0.08):
        term = {
            "topologyKey": draw(st.sampled_from((HOST, ZONE))),
            "labelSelector": {"matchLabels": {"app": "b"}},
        }
        spec["affinity"] = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    if chance(draw, 0.2):
        spec["priorityClassName"] = draw(st.sampled_from(("oracle-low", "oracle-high")))
    name = f"running-{len(case.running)}"
    metadata = {"name": name, "namespace": case.namespace, "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
