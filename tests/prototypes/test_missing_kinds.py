"""A cluster without the kinds that a prototype needs: what is said, and that nothing is written.

The sentences stand in golden/missing-kinds/, by prototype; DLCTL_REGENERATE_EXAMPLES=1 writes them anew.
"""

import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dlctl.labels import APP, selector_of
from dlctl.yamlio.load import load_file
from tests.api_server import RefusedError
from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster
from tests.project import Project
from tests.prototypes.examples import EXAMPLES, REGENERATE, Example, needed_kinds

Json = Any

pytestmark = pytest.mark.controlplane

GOLDEN = Path(__file__).parent / "golden" / "missing-kinds"
PROTOTYPES = tuple(dict.fromkeys(example.prototype for example in EXAMPLES))
CLUSTER_SCOPED = "namespaces,clusterroles,clusterrolebindings,persistentvolumes,priorityclasses,crds"


@pytest.fixture
def bare(project: Project, control_plane: ControlPlane) -> AppOnCluster:
    """Environment `lab`, on a cluster with Kubernetes' own kinds only, in a namespace that is not there."""
    cluster_app = AppOnCluster(project, control_plane, f"lab-{uuid.uuid4().hex[:8]}")
    cluster_app.context("first", control_plane)
    cluster_app.environment("lab", pin=control_plane)
    return cluster_app


def use(cluster_app: AppOnCluster, example: Example) -> None:
    params = load_file(example.params).value
    cluster_app.components.clear()
    cluster_app.components[example.prototype] = {"prototype": example.prototype, "params": params}
    cluster_app.write_app()


@pytest.mark.parametrize("prototype", PROTOTYPES)
def test_missing_kind_messages_match_golden_files(prototype: str, bare: AppOnCluster, tmp_path: Path) -> None:
    missing: dict[Example, list[Json]] = {}
    for example in with_kinds_of_their_own(prototype, tmp_path):
        use(bare, example)
        missing[example] = planned(bare)["missing"]
    said = sentences(each for kinds in missing.values() for each in kinds)
    golden = GOLDEN / f"{prototype}.txt"
    if REGENERATE:
        write(golden, said)
    assert said == (golden.read_text() if golden.exists() else "")
    worst = max(missing, key=lambda example: len(missing[example]))
    if missing[worst]:
        use(bare, worst)
        shown(bare, missing[worst])
        refused(bare, missing[worst])


def with_kinds_of_their_own(prototype: str, folder: Path) -> Iterator[Example]:
    """The examples of a prototype of which each needs other kinds than those before it."""
    known: set[frozenset[str]] = set()
    for example in (each for each in EXAMPLES if each.prototype == prototype):
        kinds = needed_kinds(example, folder / example.folder.name)
        if kinds not in known:
            known.add(kinds)
            yield example


def planned(cluster_app: AppOnCluster) -> Json:
    answer = cluster_app.run("diff", "lab", "-o", "json")
    assert answer.code in (1, 2)  # 2: a kind is missing, or an object would be refused
    (plan,) = answer.json["items"]
    return plan


def sentences(kinds: Iterable[Json]) -> str:
    """Each of them once, with what to do about it below."""
    return "".join(sorted({f"{each['message']}\n  {each['hint']}\n" for each in kinds}))


def shown(cluster_app: AppOnCluster, kinds: list[Json]) -> None:
    """What `diff` says: each sentence, before all that would be done."""
    answer = cluster_app.run("diff", "lab")
    assert answer.code == 2
    lines = [
        line
        for each in kinds
        for line in (
            f"--- lab: kind {each['apiVersion']} {each['kind']}",
            f"+++ missing: {each['message']} ({each['hint']})",
        )
    ]
    assert answer.out.splitlines()[: len(lines)] == lines


def refused(cluster_app: AppOnCluster, kinds: list[Json]) -> None:
    """What `apply` says: the same sentences and nothing else; and it writes nothing, not even a namespace."""
    answer = cluster_app.run("apply", "lab")
    assert (answer.code, answer.out) == (1, "")
    if len(kinds) == 1:
        (only,) = kinds
        lines = [f"Error: nothing was applied to lab: {only['message']}", f"  {only['hint']}"]
    else:
        lines = [f"Error: nothing was applied to lab: {len(kinds)} problems"]
        for each, following in zip(kinds, (*kinds[1:], None), strict=True):
            lines.append(f"  - {each['message']}")
            if following is None or following["hint"] != each["hint"]:  # one for all that it is the hint of
                lines.append(f"    {each['hint']}")
    assert answer.err.splitlines() == lines
    ours = ("-l", selector_of({APP: cluster_app.namespace}))
    assert cluster_app.control_plane.get(CLUSTER_SCOPED, *ours)["items"] == []
    with pytest.raises(RefusedError, match=": 404 "):
        cluster_app.control_plane.api.ask("GET", f"/api/v1/namespaces/{cluster_app.namespace}")


def write(golden: Path, text: str) -> None:
    golden.parent.mkdir(parents=True, exist_ok=True)
    if text:
        golden.write_text(text)
    else:
        golden.unlink(missing_ok=True)
