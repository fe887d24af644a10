"""Queues that admit whole jobs: quota of Kueue, capability of Volcano."""

from typing import Any

import pytest

from dlctl.nodes.fit.check import check
from dlctl.nodes.fit.model import Queues
from tests.nodes.fit.objects import (
    FITS,
    GPU,
    NEVER,
    WAITS,
    Body,
    container,
    node,
    spec,
    state,
    texts,
    verdict,
    want,
)

LOCAL = {"metadata": {"name": "team", "namespace": "ml"}, "spec": {"clusterQueue": "gpus"}}
LABEL = {"kueue.x-k8s.io/queue-name": "team"}


def cluster_queue(nominal: int, used: int = 0, name: str = "gpus", cohort: str = "", **quota: Any) -> Body:
    resources = [{"name": GPU, "nominalQuota": nominal, **quota}]
    group = {"coveredResources": [GPU], "flavors": [{"name": "h100", "resources": resources}]}
    usage = [{"name": "h100", "resources": [{"name": GPU, "total": str(used)}]}]
    return {
        "metadata": {"name": name},
        "spec": {"resourceGroups": [group], **({"cohortName": cohort} if cohort else {})},
        "status": {"flavorsReservation": usage},
    }


def admitted(*queues: Body, gpus: int = 8, local: tuple[Body, ...] = (LOCAL,)) -> Any:
    found = Queues(local_queues=local, cluster_queues=queues)
    request = want(spec(container(gpu=4)), gpus // 4, object_labels=LABEL, kind="Job", minimum=gpus // 4)
    return verdict([node(gpu=64)], [], request, queues=found)


@pytest.mark.parametrize(
    ("queues", "expected"),
    [
        ([cluster_queue(8)], FITS),
        ([cluster_queue(8, used=4)], WAITS),
        ([cluster_queue(4)], NEVER),
        ([cluster_queue(4, cohort="c"), cluster_queue(8, name="b", cohort="c")], FITS),
        ([cluster_queue(4, cohort="c"), cluster_queue(8, 8, name="b", cohort="c")], WAITS),
        ([cluster_queue(4, cohort="c", borrowingLimit=2), cluster_queue(8, name="b", cohort="c")], NEVER),
        ([cluster_queue(4, cohort="c"), cluster_queue(8, name="b", cohort="c", lendingLimit=1)], NEVER),
        ([cluster_queue(4, cohort="c"), cluster_queue(8, name="b", cohort="d")], NEVER),
        ([], WAITS),
    ],
)
def test_kueue(queues: list[Body], expected: Any) -> None:
    assert admitted(*queues).verdict is expected


def test_kueue_says_which_queue_lacks_what() -> None:
    found = admitted(cluster_queue(8, used=4))
    assert texts(found) == [f"None queue: ClusterQueue gpus: 8 {GPU} needed, 4 of 8 free"]
    assert found.reasons[0].field == "metadata.labels[kueue.x-k8s.io/queue-name]"
    assert texts(admitted(local=())) == ["None queue: LocalQueue team does not exist in namespace ml"]
    stopped = cluster_queue(8)
    stopped["spec"]["stopPolicy"] = "Hold"
    assert texts(admitted(stopped)) == ["None queue: queue gpus is stopped"]
    other = cluster_queue(8)
    other["spec"]["resourceGroups"] = []
    assert (admitted(other).verdict, texts(admitted(other))) == (
        NEVER,
        [f"None queue: ClusterQueue gpus has no quota of {GPU}"],
    )


def queue(capability: int, allocated: int = 0, state: str = "Open") -> Body:
    return {
        "metadata": {"name": "research"},
        "spec": {"capability": {GPU: capability}},
        "status": {"allocated": {GPU: str(allocated)}, "state": state},
    }


@pytest.mark.parametrize(
    ("body", "minimum", "expected"),
    [
        (queue(8), 2, FITS),
        (queue(8, 4), 2, WAITS),
        (queue(8, 4), 1, FITS),
        (queue(4), 2, NEVER),
        (queue(8, state="Closed"), 2, WAITS),
    ],
)
def test_volcano(body: Body, minimum: int, expected: Any) -> None:
    request = want(
        spec(container(gpu=4), schedulerName="volcano"), 2, minimum=minimum, object_spec={"queue": "research"}
    )
    found = verdict([node(gpu=64)], [], request, queues=Queues(volcano_queues=(body,)))
    assert found.verdict is expected


def test_a_volcano_queue_that_does_not_exist() -> None:
    policy = {"runPolicy": {"schedulingPolicy": {"queue": "research", "minAvailable": 1}}}
    found = verdict([node(gpu=8)], [], want(spec(container(gpu=4)), object_spec=policy))
    assert (found.verdict, texts(found)) == (WAITS, ["None queue: Volcano queue research does not exist"])
    assert found.reasons[0].field == "spec.runPolicy.schedulingPolicy.queue"


def test_objects_of_one_check_share_a_queue() -> None:
    jobs = [want(spec(container(gpu=4)), object_labels=LABEL, kind="Job", name=name) for name in ("a", "b")]
    of_kueue = Queues(local_queues=(LOCAL,), cluster_queues=(cluster_queue(4),))
    assert [each.verdict for each in check(state([node(gpu=64)], queues=of_kueue), jobs).groups] == [
        FITS,
        WAITS,
    ]
    body = spec(container(gpu=4), schedulerName="volcano")
    others = [want(body, object_spec={"queue": "research"}, kind="Job", name=name) for name in ("a", "b")]
    of_volcano = Queues(volcano_queues=(queue(4),))
    groups = check(state([node(gpu=64)], queues=of_volcano), others).groups
    assert [each.verdict for each in groups] == [FITS, WAITS]


def flavor(name: str, **more: Any) -> Body:
    return {"metadata": {"name": name}, "spec": more}


def with_flavors(*flavors: Body, used: int = 0, **more: Any) -> Any:
    cluster = cluster_queue(8, used=used)
    names = [each["metadata"]["name"] for each in flavors]
    quota = [{"name": name, "resources": [{"name": GPU, "nominalQuota": 8}]} for name in names]
    cluster["spec"]["resourceGroups"][0]["flavors"] = quota
    queues = Queues((LOCAL,), (cluster,), (), flavors)
    nodes = [
        node("h100", labels={"gpu": "h100"}, gpu=8),
        node("v100", labels={"gpu": "v100"}, taints=[{"key": "old", "effect": "NoSchedule"}], gpu=8),
    ]
    request = want(spec(container(gpu=4), **more), object_labels=LABEL, kind="Job")
    return verdict(nodes, [], request, queues=queues)


def test_kueue_adds_the_node_labels_and_the_tolerations_of_a_flavor() -> None:
    h100 = flavor("h100", nodeLabels={"gpu": "h100"})
    v100 = flavor("v100", nodeLabels={"gpu": "v100"}, tolerations=[{"key": "old", "operator": "Exists"}])
    assert with_flavors(h100, v100).on == (("h100", 1),)
    assert with_flavors(v100, h100).on == (("v100", 1),)
    assert with_flavors(h100, v100, used=8).on == (("v100", 1),), "the first one has no room"
    assert with_flavors(h100, v100, nodeSelector={"gpu": "v100"}).on == (("v100", 1),)
    tainted = flavor("v100", nodeLabels={"gpu": "v100"}, nodeTaints=[{"key": "old", "effect": "NoSchedule"}])
    assert with_flavors(tainted, h100).on == (("h100", 1),), "the pods do not tolerate it"
    assert with_flavors(flavor("h100", nodeLabels={"gpu": "a100"})).verdict is NEVER
    placed = with_flavors(flavor("h100", nodeLabels={"gpu": "h100"}, topologyName="racks"))
    assert placed.notes == (
        "Kueue puts its pods on nodes of the flavor h100",
        "Kueue places pods by the topology racks, which is not checked",
    )
