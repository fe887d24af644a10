"""Pods that run already: as many as nodes have room for, or few."""

from random import Random

from tests.oracle.case import Body, Case
from tests.oracle.make_nodes import GPU, HOST, ZONE

EVERYTHING = {"operator": "Exists"}


def make_running(random: Random, case: Case, fill: float) -> None:
    """Fill each node to about this part."""
    for node in case.nodes:
        offers = node["status"]["allocatable"]
        gpus, cpu = int(offers.get(GPU, 0)), int(offers["cpu"])
        for _ in range(int(offers["pods"]) - random.choice((0, 1, 3))):
            if random.random() > fill:
                continue
            pod_gpus = min(gpus, random.choice((1, 2, 4, 4, 8))) if gpus else 0
            pod_cpu = min(cpu, random.choice((0, 1, 2, 4)))
            if not (pod_gpus or pod_cpu):
                continue
            gpus, cpu = gpus - pod_gpus, cpu - pod_cpu
            case.running.append(_pod(random, case, node["metadata"]["name"], pod_gpus, pod_cpu))


def _pod(random: Random, case: Case, node: str, gpus: int, cpu: int) -> Body:
    resources: Body = {"requests": {"cpu": str(cpu)}}
    if gpus:
        resources["limits"] = {GPU: str(gpus)}
    main: Body = {"name": "main", "image": "x", "resources": resources}
    labels = {"app": random.choice("abc")}
    if random.random() < 0.4:
        labels["tier"] = random.choice("12")
    spec: Body = {
        "nodeName": node,
        "containers": [main],
        "tolerations": [EVERYTHING],
        "terminationGracePeriodSeconds": 0,
    }
    if random.random() < 0.08:
        main["ports"] = [{"containerPort": 80, "hostPort": random.choice((80, 81))}]
    if random.random() < 0.08:
        term = {"topologyKey": random.choice((HOST, ZONE)), "labelSelector": {"matchLabels": {"app": "b"}}}
        spec["affinity"] = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    if random.random() < 0.2:
        spec["priorityClassName"] = random.choice(("oracle-low", "oracle-high"))
    name = f"running-{len(case.running)}"
    metadata = {"name": name, "namespace": case.namespace, "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
