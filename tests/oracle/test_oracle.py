"""What `node check` says of two dozen made-up clusters, and where kube-scheduler puts the pods."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlctl.nodes.fit.report import Verdict
from tests import golden
from tests.controlplane import ControlPlane, passing_control_plane
from tests.oracle.make_case import make_case
from tests.oracle.report import LEAST_RATE, LEAST_SHARE, Tally
from tests.oracle.session import answers

CASES, BATCH = 24, 24
GOLDEN = Path(__file__).parent / "golden" / "suite.json"


@pytest.fixture(scope="module")
def oracle() -> Iterator[ControlPlane]:
    """A cluster of its own with the training operator, whose nodes the cases bring along."""
    with passing_control_plane("oracle", "cpu-only=0", ("training-operator",)) as control_plane:
        yield control_plane


@pytest.mark.controlplane
@pytest.mark.timeout(300)
def test_verdicts_agree_with_the_scheduler(oracle: ControlPlane) -> None:
    tally = Tally()
    found = answers(oracle.kubeconfig, oracle.home, oracle.name, range(CASES), BATCH)
    texts = [f"case {each.case.index}: {text} {each.messages}" for each in found if (text := tally.add(each))]
    assert tally.rate(single=True) == 1, texts
    assert tally.rate(single=False) >= LEAST_RATE, texts
    for verdict in (Verdict.FITS, Verdict.WAITS, Verdict.NEVER):
        assert tally.share(verdict) >= LEAST_SHARE, tally.text()
    golden.check(json.dumps(tally.made(), indent=2) + "\n", GOLDEN)


def test_a_number_makes_the_same_case() -> None:
    assert make_case(7) == make_case(7)
    assert make_case(7) != make_case(8)
