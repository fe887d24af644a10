"""Prunes on a real API server: at random, and killed between any two writes."""

import multiprocessing
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlctl.deploy.apply import apply_plan
from dlctl.manifest import Manifest
from dlctl.plan.applyset import contents_of, lists
from dlctl.plan.live.parent import read_parent
from dlctl.plan.model import Action, Scope
from dlctl.plan.options import PlanOptions
from dlctl.plan.planner import make_plan
from tests.controlplane import ControlPlane, Namespace
from tests.fuzz.killed_run import WRITES, apply_until
from tests.fuzz.revisions import State, refs_of, revision, state_of
from tests.fuzz.seeds import TORTURE
from tests.plan.api_server import api_server
from tests.plan.targets import Watched

__all__ = ["api_server"]

pytestmark = pytest.mark.controlplane

PAIRS = 60 if TORTURE else 6
POINTS, NAMES = (100, "abcd") if TORTURE else (20, "ab")
PRUNING = PlanOptions(prune=True)


@pytest.fixture
def where(namespace: Namespace) -> Scope:
    """A target with an app's id, which tells it apart from other apps of its name."""
    return Scope(f"shop-{uuid.uuid4().hex[:8]}", "test", namespace.name, app_id=str(uuid.uuid4()))


def test_a_plan_that_prunes_gives_exactly_the_next_revision(api_server: Watched, where: Scope) -> None:
    before = refs_of((), where)
    for seed in range(PAIRS):
        manifests = revision(where, seed)
        after = refs_of(manifests, where)
        plan = make_plan(where, manifests, api_server, PRUNING)
        by_action = {action: {step.ref for step in plan.steps if step.action is action} for action in Action}
        assert by_action[Action.PRUNE] == before - after, seed
        assert by_action[Action.CREATE] == after - before, seed
        assert apply_plan(plan, api_server).succeeded, seed
        assert state_of(api_server, where).keys() == after, seed
        again = make_plan(where, manifests, api_server, PRUNING)
        assert (again.differs, again.leftovers) == (False, ()), seed
        assert lists(read_parent(api_server, where), contents_of(each.ref for each in manifests)), seed
        before = after


def test_a_run_that_is_killed_between_two_writes_converges(
    api_server: Watched, control_plane: ControlPlane, where: Scope, tmp_path: Path
) -> None:
    """Killed at so many points, on the way there and back; the next run gives what another gave."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.fuzz.killed_run"])
    seen, kinds = 0, set[Action]()
    for pair in _pairs():
        _apply(api_server, where, pair[0])
        writes, expected = _undisturbed(api_server, where, (pair[1], pair[0]), kinds)
        for count in range(max(writes.values())):
            for seed in (pair[1], pair[0]):
                if count < writes[seed]:
                    killed = processes.Process(
                        target=apply_until,
                        args=(control_plane.kubeconfig, tmp_path, where, _few(where, seed), count),
                    )
                    killed.start()
                    killed.join(60)
                    assert killed.exitcode == -signal.SIGKILL, (pair, seed, count)
                    seen += 1
                _apply(api_server, where, seed)
                assert state_of(api_server, where) == expected[seed], (pair, seed, count)
                if seen == POINTS:
                    assert kinds >= {Action.CREATE, Action.UPDATE, Action.PRUNE}
                    return


def _undisturbed(
    cluster: Watched, where: Scope, seeds: tuple[int, ...], kinds: set[Action]
) -> tuple[dict[int, int], dict[int, State]]:
    """The number of writes of each revision, applied one after the other, and the state that it gives.

    What is done with objects is added to `kinds`.
    """
    writes, states = {}, {}
    for seed in seeds:
        cluster.calls.clear()
        kinds |= _apply(cluster, where, seed)
        writes[seed] = len(cluster.asked(*WRITES))
        states[seed] = state_of(cluster, where)
    return writes, states


def _pairs() -> Iterator[tuple[int, int]]:
    """Pairs of seeds of revisions."""
    return ((100 + number, 200 + number) for number in range(POINTS))


def _few(where: Scope, seed: int) -> list[Manifest]:
    return revision(where, seed, NAMES)


def _apply(cluster: Watched, where: Scope, seed: int) -> set[Action]:
    """Apply a revision; what was done with objects."""
    plan = make_plan(where, _few(where, seed), cluster, PRUNING)
    assert apply_plan(plan, cluster).succeeded
    return {step.action for step in plan.steps}
