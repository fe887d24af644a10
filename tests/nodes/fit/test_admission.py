"""What the API server adds to pods and refuses: limit ranges, classes, quotas."""

from typing import Any

import pytest

from dlctl.nodes.fit.check import check
from dlctl.nodes.fit.model import Admission
from tests.nodes.fit.objects import (
    FITS,
    GPU,
    NEVER,
    WAITS,
    Body,
    container,
    node,
    pod,
    spec,
    state,
    texts,
    verdict,
    want,
)


def limit_range(**item: Any) -> Body:
    limits = [{"type": "Container", **item}]
    return {"metadata": {"name": "limits", "namespace": "ml"}, "spec": {"limits": limits}}


@pytest.mark.parametrize(
    ("item", "body", "expected"),
    [
        ({"defaultRequest": {"cpu": "6"}}, spec(), "fits now"),
        ({"defaultRequest": {"cpu": "9"}}, spec(), "can never fit"),
        ({"defaultRequest": {"cpu": "9"}}, spec(container(cpu=1)), "fits now"),
        ({"default": {"cpu": "9"}}, spec(), "can never fit"),
        ({"max": {"cpu": "4"}}, spec(), "fits now"),
        ({"max": {"cpu": "4"}}, spec(container(cpu=5)), "LimitRange limits: maximum cpu per Container is 4"),
        ({"min": {"cpu": "2"}}, spec(container(cpu=1)), "LimitRange limits: minimum cpu per Container is 2"),
        ({"default": {"cpu": "2"}}, spec(container(cpu=3)), "the request 3 is more than the limit 2"),
        ({"type": "Pod", "max": {"memory": "1Gi"}}, spec(), "and no limit is set"),
        ({"type": "PersistentVolumeClaim", "max": {"storage": "1Gi"}}, spec(), "fits now"),
    ],
)
def test_limit_ranges(item: Body, body: Body, expected: str) -> None:
    more = {"admission": Admission(limit_ranges=(limit_range(**item),))}
    found = verdict([node()], [], want(body), **more)
    assert found.verdict.value == expected or expected in texts(found)[0]
    assert verdict([node()], [], want(body, namespace="other"), **more).verdict is FITS


def test_classes_that_do_not_exist() -> None:
    found = verdict([node()], [], want(spec(priorityClassName="high", runtimeClassName="kata")))
    assert (found.verdict, texts(found)) == (
        WAITS,
        ["None class: PriorityClass high does not exist", "None class: RuntimeClass kata does not exist"],
    )
    unread = frozenset({"priorityclasses"})
    assert verdict([node()], [], want(spec(priorityClassName="high")), unread=unread).verdict is FITS
    assert verdict([node()], [], want(spec(priorityClassName="system-node-critical"))).verdict is FITS


def test_a_runtime_class_has_overhead_and_nodes_of_its_own() -> None:
    kata = {
        "metadata": {"name": "kata"},
        "overhead": {"podFixed": {"cpu": "1"}},
        "scheduling": {"nodeSelector": {"kata": "true"}, "tolerations": [{"operator": "Exists"}]},
    }
    more = {"admission": Admission(runtime_classes=(kata,))}
    body = want(spec(container(cpu=8), runtimeClassName="kata"))
    assert verdict([node(labels={"kata": "true"}, cpu=9)], [], body, **more).verdict is FITS
    assert verdict([node(labels={"kata": "true"}, cpu=8)], [], body, **more).verdict is NEVER
    assert verdict([node(cpu=9)], [], body, **more).verdict is NEVER


def quota(hard: Body, used: Body | None = None, **more: Any) -> Body:
    return {
        "metadata": {"name": "team", "namespace": "ml"},
        "spec": {"hard": hard, **more},
        "status": {"hard": hard, "used": used or {}},
    }


GPUS = f"requests.{GPU}"


@pytest.mark.parametrize(
    ("team", "count", "expected"),
    [
        (quota({GPUS: "8"}), 2, FITS),
        (quota({GPUS: "8"}, {GPUS: "4"}), 2, WAITS),
        (quota({GPUS: "4"}), 2, NEVER),
        (quota({"pods": "1"}), 2, NEVER),
        (quota({"count/pods": "5"}, {"count/pods": "4"}), 2, WAITS),
        (quota({"requests.cpu": "1500m"}), 2, NEVER),
        (quota({"cpu": "2"}), 2, FITS),
        (quota({"limits.memory": "1Gi"}), 1, NEVER),
        (quota({GPUS: "4"}, scopes=["BestEffort"]), 2, FITS),
        (quota({GPUS: "4"}, scopes=["NotBestEffort"]), 2, NEVER),
        (quota({GPUS: "4"}, scopes=["Terminating"]), 2, FITS),
        (
            quota(
                {GPUS: "4"},
                scopeSelector={"matchExpressions": [{"scopeName": "PriorityClass", "operator": "Exists"}]},
            ),
            2,
            FITS,
        ),
    ],
)
def test_quotas(team: Body, count: int, expected: Any) -> None:
    more = {"admission": Admission(quotas=(team,))}
    found = verdict([node(gpu=8)], [], want(spec(container(gpu=4, cpu=1)), count), **more)
    assert found.verdict is expected


def test_quotas_count_what_was_placed_before_and_not_the_pods_that_go() -> None:
    around = state([node(gpu=16)], admission=Admission(quotas=(quota({GPUS: "8"}),)))
    body = spec(container(gpu=4))
    fits = check(around, [want(body, 1, name="a"), want(body, 2, name="b")]).groups
    assert [each.verdict for each in fits] == [FITS, WAITS]
    assert texts(fits[1]) == [f"None quota: ResourceQuota team: 8 of {GPUS} needed, 4 of 8 free"]
    full = quota({GPUS: "4"}, {GPUS: "4"})
    own = pod("n1", container(gpu=4), owner=("Job", "new"))
    more = {"admission": Admission(quotas=(full,))}
    assert verdict([node(gpu=8)], [own], want(body, kind="Job"), **more).verdict is FITS
