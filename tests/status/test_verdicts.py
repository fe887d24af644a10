"""Each case under cases/ is an object with its verdict; a new case is a new document there.

Custom kinds have their cases beside their data; tests/status/test_readiness.py runs them.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.manifest import GroupKind
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.source import builtin_source
from dlctl.render.engine.engine import Engine
from dlctl.status import Status, Verdict, verdict_of
from dlctl.status.rules import RULES
from dlctl.workflow.packages.readiness_cases import rules_of
from dlctl.yamlio.load import load_all

CASES = Path(__file__).parent / "cases"
RULES_OF_PACKAGES = rules_of(Catalogue((builtin_source(),)), Engine())
CUSTOM = (
    GroupKind("kubeflow.org", "TFJob"),
    GroupKind("trainer.kubeflow.org", "TrainJob"),
    GroupKind("batch.volcano.sh", "Job"),
    GroupKind("tekton.dev", "TaskRun"),
)


def _cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.yaml")):
        for document in load_all(path.read_text(encoding="utf-8"), path.name):
            yield pytest.param(document.value, id=f"{path.stem}: {document.value['case']}")


@pytest.mark.parametrize("case", list(_cases()))
def test_verdict(case: dict[str, Any]) -> None:
    now = datetime.fromisoformat(case["now"]) if "now" in case else None
    verdict = verdict_of(case["object"], now=now)
    found = {"status": verdict.status, "message": verdict.message, "phase": verdict.phase}
    assert found == {**found, **case["expect"]}


def test_every_rule_has_a_case() -> None:
    kinds = {
        GroupKind(value["apiVersion"].rpartition("/")[0], value["kind"])
        for param in _cases()
        for value in [param.values[0]["object"]]
    }
    assert {group_kind for group_kind in RULES if group_kind.kind != "Secret"} <= kinds


def test_missing_object() -> None:
    assert verdict_of(None) == Verdict(Status.NOT_FOUND, "does not exist")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["conditions", "type", "status", "replicas", "phase", "containerStatuses", "state"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from((*sorted(RULES), *CUSTOM)), _JSON, _JSON)
def test_malformed_objects_raise_no_exception(group_kind: GroupKind, spec: Any, status: Any) -> None:
    api_version = f"{group_kind.group}/v1" if group_kind.group else "v1"
    body = {"apiVersion": api_version, "kind": group_kind.kind, "spec": spec, "status": status}
    assert verdict_of(body, rules=RULES_OF_PACKAGES).message
