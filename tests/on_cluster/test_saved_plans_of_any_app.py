"""Property: a saved plan is never refused on a cluster that nobody but its controllers has changed."""

import os
import random
from collections.abc import Iterator

import pytest

from tests.on_cluster.app_on_cluster import AppOnCluster, Body, config, deployment, secret

pytestmark = pytest.mark.controlplane

SEEDS = range(3 * int(os.environ.get("DLCTL_TORTURE") or 1))
REVISIONS = 3


def service(name: str, port: int) -> Body:
    ports = [{"port": port, "name": "web"}, {"port": 9000, "name": "more"}]
    spec = {"selector": {"app": name}, "ports": ports}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def autoscaler(name: str, most: int) -> Body:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    spec = {"maxReplicas": most, "scaleTargetRef": target}
    kind = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler"}
    return {**kind, "metadata": {"name": name}, "spec": spec}


def cron_job(name: str, minute: int) -> Body:
    pod = {"restartPolicy": "Never", "containers": [{"name": "main", "image": f"job:{minute}"}]}
    spec = {"schedule": f"{minute} * * * *", "jobTemplate": {"spec": {"template": {"spec": pod}}}}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name}, "spec": spec}


def objects(chance: random.Random) -> Iterator[Body]:
    """Some objects of kinds with defaults, with controllers that change them, and with secrets."""
    value = chance.randint(1, 3)
    yield from (config(f"c{n}", a=str(chance.randint(0, 2))) for n in range(3) if chance.random() < 0.7)
    yield from (secret(f"s{n}", a=f"word-{value}") for n in range(2) if chance.random() < 0.7)
    if chance.random() < 0.8:
        yield deployment("web", replicas=value)
        yield from [autoscaler("web", value + 3)] if chance.random() < 0.5 else []
    if chance.random() < 0.7:
        yield service("web", 80 + value)
    if chance.random() < 0.5:
        yield cron_job("nightly", value)


def revise(app: AppOnCluster, chance: random.Random) -> None:
    """The next revision: objects come, go, change, and move between two components."""
    every = list(objects(chance))
    left = [each for each in every if chance.random() < 0.5]
    app.component("left", *left)
    app.component("right", *(each for each in every if each not in left))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_saved_plan_is_not_refused(cluster_app: AppOnCluster, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(REVISIONS):
        revise(cluster_app, chance)
        flags = ["--prune"] if chance.random() < 0.7 else []
        flags += ["-c", chance.choice(("left", "right"))] if chance.random() < 0.2 else []
        planned = cluster_app.run("diff", "dev", "--save", "any.plan", *flags)
        assert planned.code in (0, 1), planned.err
        applied = cluster_app.run("apply", "--plan", "any.plan")
        assert applied.code == 0, (flags, planned.out, applied.err)
        assert cluster_app.run("diff", "dev", *flags).code == 0
