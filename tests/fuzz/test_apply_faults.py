"""Faults between dlctl and a real API server: a run ends in a known state, and the next run ends the work.

Each seed is one apply over TLS in which some connections are reset before TLS or before a body is read, and
some requests are refused, cut before or after the server has seen them, or get half an answer, two, a slow
one or none. Afterwards every object is as the app has it.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.cluster.scripted_server import Answer, Seen
from tests.controlplane import ControlPlane, Namespace
from tests.on_cluster.app_on_cluster import AppOnCluster, config, deployment
from tests.on_cluster.faults import between, refusal, trusted_tls
from tests.project import Project

pytestmark = [pytest.mark.controlplane, pytest.mark.slow]

SEEDS = range(3 * int(os.environ.get("DLCTL_TORTURE") or 1))
STALL = 3.0
"""Seconds without an answer; a request may take one."""

NAMES = [f"part-{number}" for number in range(4)]

Pass = Callable[[Seen], Answer]


def after_the_server(passed: Answer, random: Random) -> Answer:
    """The server has done its work, and its answer does not arrive whole."""
    kind = random.choice(("lost", "half", "slow", "twice"))
    if kind == "lost":
        return Answer(cut=True)
    if kind == "slow":
        time.sleep(0.3)
        return passed
    body = passed.body.encode() if isinstance(passed.body, str) else b"{}"
    if kind == "twice":
        return Answer(passed.status, parts=(body, body))
    return Answer(passed.status, parts=(body[: max(1, len(body) // 2)],), cut=True)


def before_the_server(random: Random) -> Answer:
    """The request does not reach the server, or nothing comes back for a time."""
    if random.random() < 0.1:
        time.sleep(STALL)
        return Answer(cut=True)
    return random.choice(
        (
            Answer(cut=True),
            refusal(429, "TooManyRequests", **{"Retry-After": "0"}),
            refusal(500, "InternalError"),
            refusal(503, "ServiceUnavailable"),
            refusal(401, "Unauthorized"),
        )
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_an_apply_with_faults_is_completed(
    seed: int, project: Project, control_plane: ControlPlane, namespace: Namespace, tmp_path: Path
) -> None:
    random = Random(seed)
    app = AppOnCluster(project, control_plane, namespace.name)
    app.context("first", control_plane)
    app.environment("dev", pin=control_plane)
    app.component("web", *(config(name, seed=str(seed)) for name in NAMES), deployment("web"))
    left = random.randint(1, 6)

    def fault(seen: Seen, passed: Pass) -> Answer | None:
        nonlocal left
        if left <= 0 or "watch" in seen.query or random.random() > 0.4:
            return None
        left -= 1
        return after_the_server(passed(seen), random) if random.random() < 0.5 else before_the_server(random)

    def resets(stage: str) -> bool:
        nonlocal left
        happens = left > 0 and random.random() < (0.3 if stage == "body" else 0.1)
        left -= happens
        return happens

    tls, trusted = trusted_tls()
    with between(control_plane, tmp_path, around=fault, tls=tls, resets=resets) as server:
        app.context("first", control_plane, cluster={"server": server.url, **trusted})
        answer = app.run("apply", "dev", "--timeout", "60s", "--request-timeout", "1s")
    assert "Traceback" not in answer.err
    assert answer.code in (0, 1, 3), answer.err
    app.context("first", control_plane)
    again = app.run("apply", "dev").ok()
    assert "5 unchanged" in again.err or answer.code, (answer.err, again.err)
    assert app.names("configmap") == NAMES
    assert {app.get("configmap", name)["data"]["seed"] for name in NAMES} == {str(seed)}
    assert app.run("diff", "dev").code == 0
