"""A plan as people read it."""

import random
import time
from collections.abc import Iterable
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.manifest import Manifest
from dlctl.plan.model import Plan
from dlctl.plan.planner import make_plan
from dlctl.plan.view.hunks import unified
from dlctl.plan.view.masked_plan import MaskedPlan
from dlctl.plan.view.text import plan_text
from dlctl.redact import Redactor
from tests.fakes.cluster.cluster import MemoryCluster
from tests.plan.targets import apply_all, config, manifest, scope

GOLDEN = Path(__file__).parent / "golden" / "plan.diff"
WHERE = scope("default", environment="gke")


def secret(**texts: str) -> Manifest:
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "login"}, "stringData": texts}
    return manifest(body, WHERE)


def inception(**changes: Any) -> Manifest:
    container = {"name": "inception", "image": "serving:1", "args": ["--port=9000", "--key=old-old-old"]}
    container |= changes
    template = {"metadata": {"labels": {"app": "inception"}}, "spec": {"containers": [container]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "inception"}}, "template": template}
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "inception"}, "spec": spec}
    return manifest(body, WHERE)


def plan_with_everything() -> Plan:
    cluster = MemoryCluster(namespaces=["default"])
    first = make_plan(WHERE, [secret(user="admin", password="hunter2", old="x"), inception()], cluster)
    apply_all(cluster, [step.manifest for step in first.steps if step.manifest])
    apply_all(cluster, [config("same", WHERE), config("taken", scope("default", app="other"))])
    now = [
        secret(user="admin", password="hunter3", new="y"),
        inception(image="serving:2", args=["--port=9000", "--key=new-new-new"]),
        config("new", WHERE, a="1"),
        config("same", WHERE),
        config("taken", WHERE),
        manifest({"apiVersion": "kubeflow.org/v1", "kind": "TFJob", "metadata": {"name": "cnn"}}, WHERE),
    ]
    return make_plan(WHERE, now, cluster)


def test_golden() -> None:
    text = plan_text(MaskedPlan(plan_with_everything(), Redactor().with_values(["new-new-new"])))
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_no_secret_is_in_the_text_old_or_new() -> None:
    text = plan_text(MaskedPlan(plan_with_everything(), Redactor().with_values(["new-new-new"])))
    for value in ("hunter2", "hunter3", "aHVudGVyMg==", "aHVudGVyMw==", "new-new-new", "old-old-old"):
        assert value not in text


def test_plan_without_differences_has_no_text() -> None:
    cluster = MemoryCluster(namespaces=["default"])
    apply_all(cluster, [config("c", WHERE)])
    assert plan_text(MaskedPlan(make_plan(WHERE, [config("c", WHERE)], cluster), Redactor())) == ""


LINES = st.lists(st.sampled_from(["a", "b", "c", "d: 1"]), max_size=25)


@given(LINES, LINES, LINES, LINES)
def test_hunks_transform_one_text_to_the_other(
    head: list[str], left: list[str], right: list[str], tail: list[str]
) -> None:
    old, new = head + left + tail, head + right + tail
    assert patched(old, list(unified(old, new))) == new


def patched(old: list[str], hunks: list[str]) -> list[str]:
    """What `patch` would make of it."""
    result: list[str] = []
    position = 0
    for line in hunks:
        if line.startswith("@@"):
            first, _, length = line.split()[1][1:].partition(",")
            start = int(first) - (length != "0")
            result += old[position:start]
            position = start
        elif line[0] == "+":
            result.append(line[1:])
        else:
            assert old[position] == line[1:]
            position += 1
            if line[0] == " ":
                result.append(line[1:])
    return result + old[position:]


def test_hunks_look_like_those_of_diff() -> None:
    old = [f"line {number}" for number in range(40)]
    new = [*old[:5], "new", *old[5:30], "other", *old[31:]]
    assert list(unified(old, new)) == list(unified_diff(old, new, lineterm=""))[2:]


def test_a_small_change_of_a_huge_object_is_found_fast() -> None:
    old = ["type: string"] * 60_000
    new = [*old[:30_000], "type: integer", *old[30_000:]]
    assert [line for line in unified(old, new) if line[0] in "+-"] == ["+type: integer"]


def dashboard(panels: Iterable[int], source: str) -> list[str]:
    """Lines of an exported dashboard: few of them are in the text once."""
    fields = [f'"{name}": false,' for name in "abcdefghijklmnopqrstuvwxyz"]
    return [
        line
        for panel in panels
        for line in ("{", *fields, f'"id": {panel},', f'"source": "{source}",', *fields, "},")
    ]


def seconds_for(old: list[str], new: list[str]) -> float:
    started = time.process_time()
    assert patched(old, list(unified(old, new))) == new
    return time.process_time() - started


@pytest.mark.parametrize("size", [350, 700])
def test_a_big_text_that_changed_throughout_is_compared_quickly(size: int) -> None:
    """Exported anew: other numbers, another source, another order. difflib takes minutes."""
    old, new = dashboard(range(size), "cw"), dashboard([*range(size // 2, size), *range(size // 2)], "prom")
    assert seconds_for(old, new) < 10


def test_lines_without_a_unique_one_are_compared_quickly() -> None:
    words = ["a", "b", "c", "a", "c"]
    old = [words[(number * number) % 5] for number in range(30_000)]
    new = [words[(number * 7) % 5] for number in range(30_000)]
    assert seconds_for(old, new) < 10


@given(st.lists(st.sampled_from("abcd"), max_size=400), st.lists(st.sampled_from("abcd"), max_size=400))
def test_hunks_of_any_lines_give_the_new_text(old: list[str], new: list[str]) -> None:
    assert patched(old, list(unified(old, new))) == new


@given(st.integers(), st.integers(1, 900))
def test_a_change_of_one_line_is_one_line(seed: int, size: int) -> None:
    chance = random.Random(seed)
    old = [chance.choice("abcdefgh") for _ in range(size)]
    place = chance.randrange(size)
    new = [*old[:place], "changed", *old[place + 1 :]]
    assert sum(line[0] in "+-" for line in unified(old, new)) == 2
