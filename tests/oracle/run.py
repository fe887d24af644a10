"""Run cases on a cluster: what `node check` answers, then where kube-scheduler puts the pods.

Several cases run at once, each in its own namespace and on nodes of its own. First the cluster is as the case
says; then, where not all pods got a place, everything else is removed from its nodes.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dlctl.manifest import Manifest, ref_of
from dlctl.nodes.fit.report import GroupFit, Verdict
from dlctl.workflow.fit.node_check import ToCheck, check_cluster
from tests.oracle.case import WANTED, Body, Case
from tests.oracle.cluster import Cluster, until

LONGEST = 40.0
QUIET = 0.8
"""How long nothing may change."""
UNREADY = {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}

CLASSES: dict[str, tuple[int, Body]] = {
    "oracle-low": (-10, {}),
    "oracle-high": (1000, {}),
    "oracle-patient": (1000, {"preemptionPolicy": "Never"}),
}


@dataclass(slots=True)
class Answer:
    """What was said about a case, and what happened."""

    case: Case
    verdict: Verdict = Verdict.UNKNOWN
    groups: tuple[GroupFit, ...] = ()
    placed: int = 0
    placed_when_empty: int | None = None
    victims: int = 0
    messages: list[str] = field(default_factory=list)

    @property
    def preemption(self) -> bool:
        """Whether pods of a lower priority were said to make room."""
        return any(group.preemption for group in self.groups)


def prepare(cluster: Cluster) -> None:
    """What all cases share: priority classes and a class of local volumes."""
    classes = []
    for name, (value, more) in CLASSES.items():
        head = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name}}
        classes.append({**head, "value": value, **more})
    storage = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "oracle-local"},
        "provisioner": "kubernetes.io/no-provisioner",
        "volumeBindingMode": "WaitForFirstConsumer",
    }
    for each in (*classes, storage):
        cluster.offer(each)


def run_batch(cluster: Cluster, cases: Sequence[Case]) -> list[Answer]:
    """Check and place some cases at once."""
    _set_up(cluster, cases)
    answers = [Answer(case) for case in cases]
    for each in answers:
        _check(cluster, each)
    for each in answers:
        each.messages += filter(None, map(cluster.offer, each.case.wanted))
    _watch(cluster, answers)
    for each in answers:
        each.placed = _placed(cluster, each.case)
        each.victims = len(each.case.running) - len(_pods(cluster, each.case, f"!{WANTED}"))
    late = [each for each in answers if each.placed < each.case.pods]
    _empty(cluster, late)
    for each in late:
        each.messages += filter(None, map(cluster.offer, map(_again, each.case.wanted)))
    _watch(cluster, late)
    for each in late:
        each.placed_when_empty = _placed(cluster, each.case)
    assert _nodes_are_ready(cluster, cases), "this machine is too slow: nodes became unready"
    _tear_down(cluster, cases)
    return answers


def _set_up(cluster: Cluster, cases: Sequence[Case]) -> None:
    names = ({"metadata": {"name": case.namespace}} for case in cases)
    cluster.create({"apiVersion": "v1", "kind": "Namespace", **name} for name in names)
    cluster.create(node for case in cases for node in case.nodes)
    cluster.create(each for case in cases for each in case.global_objects)
    until(lambda: all(_has_account(cluster, case) for case in cases))
    cluster.create(each for case in cases for each in (*case.objects, *case.running))
    cluster.create(each for case in cases for each in case.limits)
    until(lambda: all(_is_ready(cluster, case) for case in cases))
    until(lambda: _nodes_are_ready(cluster, cases))


def _has_account(cluster: Cluster, case: Case) -> bool:
    return bool(cluster.items(f"/api/v1/namespaces/{case.namespace}/serviceaccounts"))


def _is_ready(cluster: Cluster, case: Case) -> bool:
    """Whether controllers have seen the case's quotas and volumes."""
    base = f"/api/v1/namespaces/{case.namespace}"
    quotas = cluster.items(f"{base}/resourcequotas") if case.limits else []
    claims = cluster.items(f"{base}/persistentvolumeclaims") if case.objects else []
    counted = all((each.get("status") or {}).get("hard") for each in quotas)
    return (
        counted
        and all(not each["spec"].get("volumeName") or each["status"]["phase"] == "Bound" for each in claims)
        and all(_available(cluster, each) for each in case.global_objects)
    )


def _available(cluster: Cluster, volume: Body) -> bool:
    if volume["kind"] != "PersistentVolume":
        return True
    live = cluster.api.raw("GET", f"/api/v1/persistentvolumes/{volume['metadata']['name']}")
    return (live.get("status") or {}).get("phase") in ("Available", "Bound")


def _nodes_are_ready(cluster: Cluster, cases: Sequence[Case]) -> bool:
    names = {node["metadata"]["name"] for case in cases for node in case.nodes}
    for node in cluster.items("/api/v1/nodes"):
        taints = {each["key"] for each in node["spec"].get("taints") or ()}
        if node["metadata"]["name"] in names and taints & UNREADY:
            return False
        if node["spec"].get("unschedulable") and "node.kubernetes.io/unschedulable" not in taints:
            return False
    return True


def _check(cluster: Cluster, answer: Answer) -> None:
    wanted = tuple(_manifests(answer.case))
    found = check_cluster(cluster.api, ToCheck(wanted))
    answer.verdict = found.verdict
    answer.groups = tuple(group for part in found.components for group in part.groups)


def _manifests(case: Case) -> Iterator[Manifest]:
    for body in case.wanted:
        yield Manifest(ref_of(body), body["apiVersion"], body, "wanted")


def _pods(cluster: Cluster, case: Case, labels: str) -> list[Body]:
    return cluster.items(f"/api/v1/namespaces/{case.namespace}/pods", labels)


def _placed(cluster: Cluster, case: Case) -> int:
    return sum(bool(pod["spec"].get("nodeName")) for pod in _pods(cluster, case, WANTED))


def _watch(cluster: Cluster, answers: Sequence[Answer]) -> None:
    """Wait until every pod was tried, and nothing changes any more."""
    if not answers:
        return
    names = {each.case.namespace for each in answers}
    seen, since, end = None, time.monotonic(), time.monotonic() + LONGEST
    while time.monotonic() < end:
        pods = [pod for pod in cluster.items("/api/v1/pods", WANTED) if pod["metadata"]["namespace"] in names]
        state = {(pod["metadata"]["uid"], pod["spec"].get("nodeName", "")) for pod in pods}
        if state != seen or not all(map(_was_tried, pods)):
            seen, since = state, time.monotonic()
        elif time.monotonic() - since > QUIET:
            break
        time.sleep(0.1)
    for each in answers:
        own = [pod for pod in pods if pod["metadata"]["namespace"] == each.case.namespace]
        each.messages += sorted({text for pod in own if (text := _why(pod))})


def _was_tried(pod: Body) -> bool:
    return bool(pod["spec"].get("nodeName") or _why(pod))


def _why(pod: Body) -> str:
    for each in (pod.get("status") or {}).get("conditions") or ():
        if each["type"] == "PodScheduled" and each["status"] == "False":
            return str(each.get("message"))
    return ""


def _empty(cluster: Cluster, answers: Sequence[Answer]) -> None:
    """Remove all pods, and bring back the nodes that were cordoned.

    The wanted ones are made anew afterwards: a pod that was tried before would wait for its next turn.
    """
    cluster.remove(each for answer in answers for each in (*answer.case.wanted, *answer.case.running))
    for each in answers:
        for node in each.case.nodes:
            _bring_back(cluster, node)
    until(lambda: _no_pods(cluster, answers))
    cluster.create(each for answer in answers for each in answer.case.later)
    until(lambda: all(_available(cluster, each) for answer in answers for each in answer.case.later))


def _no_pods(cluster: Cluster, answers: Sequence[Answer]) -> bool:
    """Whether no pods are left; a controller that is not gone yet may have made new ones."""
    names = {each.case.namespace for each in answers}
    left = [pod for pod in cluster.items("/api/v1/pods") if pod["metadata"]["namespace"] in names]
    cluster.remove({"apiVersion": "v1", "kind": "Pod", **pod} for pod in left)
    return not left


def _again(body: Body) -> Body:
    """The same object with another name, so that nothing of the first one is taken for its own."""
    return {**body, "metadata": {**body["metadata"], "name": f"{body['metadata']['name']}-again"}}


def _bring_back(cluster: Cluster, node: Body) -> None:
    taints = node["spec"]["taints"]
    stay = [each for each in taints if not each["key"].startswith("ToBeDeleted")]
    if not node["spec"].get("unschedulable") and stay == taints:
        return
    path = f"/api/v1/nodes/{node['metadata']['name']}"
    live = cluster.api.raw("GET", path)
    live["spec"] |= {"unschedulable": False, "taints": stay}
    cluster.update(path, live)


def _tear_down(cluster: Cluster, cases: Sequence[Case]) -> None:
    cluster.remove(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": c.namespace}} for c in cases
    )
    cluster.remove(each for case in cases for each in (*case.nodes, *case.global_objects, *case.later))
