"""Queues that admit whole jobs: quota of Kueue, capability of Volcano."""

from typing import Any

import pytest

from dlctl.nodes.fit.model import Queues
from tests.nodes.fit.objects import FITS, GPU, NEVER, WAITS, Body, container, node, spec, texts, verdict, want

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
