"""The JSON shapes that scripts read."""

import json

from dlctl.deploy.apply import apply_plan
from dlctl.deploy.masked import MaskedReport
from dlctl.deploy.report import run_report
from dlctl.plan.live.status import status_of
from dlctl.plan.model import Plan
from dlctl.plan.options import PlanOptions
from dlctl.plan.planner import make_plan
from dlctl.plan.view.masked_plan import MaskedPlan
from dlctl.plan.view.masked_status import MaskedStatus
from dlctl.plan.view.report import plan_report
from dlctl.plan.view.status_report import status_report
from dlctl.plan.view.summary import COLUMNS, summary_rows
from dlctl.redact import Redactor
from tests.fakes.cluster.cluster import MemoryCluster
from tests.plan.targets import Watched, apply_all, config, scope
from tests.plan.test_text import plan_with_everything, secret

WHERE = scope("default", environment="gke")


def test_a_plan() -> None:
    report = plan_report(MaskedPlan(plan_with_everything(), Redactor().with_values(["new-new-new"])))
    assert set(report) == {
        "scope",
        "cluster",
        "differs",
        "counts",
        "steps",
        "leftovers",
        "notes",
        "missing",
    }
    (missing,) = report["missing"]
    assert missing == {
        "apiVersion": "kubeflow.org/v1",
        "kind": "TFJob",
        "components": ["web"],
        "provider": "",
        "served": [],
        "message": "the cluster of gke does not serve kubeflow.org/v1 TFJob, which component web needs",
        "hint": "install its CustomResourceDefinition first",
    }
    assert report["counts"] == {
        "create": 1,
        "update": 2,
        "replace": 0,
        "unchanged": 1,
        "prune": 0,
        "conflict": 1,
        "unknown": 1,
    }
    changed = report["steps"][0]
    assert set(changed) == {
        "action",
        "object",
        "apiVersion",
        "component",
        "wave",
        "changes",
        "reason",
        "hint",
        "unchecked",
        "cost",
        "conflicts",
    }
    assert changed["object"] == {"group": "", "kind": "Secret", "namespace": "default", "name": "login"}
    assert {
        "op": "replace",
        "path": "/data/password",
        "old": "*** (before)",
        "new": "*** (after)",
    } in changed["changes"]


def test_a_plans_report_holds_no_secret() -> None:
    text = json.dumps(
        plan_report(MaskedPlan(plan_with_everything(), Redactor().with_values(["new-new-new"])))
    )
    for value in ("hunter2", "hunter3", "aHVudGVyMg==", "aHVudGVyMw==", "new-new-new", "old-old-old"):
        assert value not in text


def test_a_run() -> None:
    cluster = MemoryCluster()
    plan = make_plan(scope("new"), [config("c", scope("new"))], cluster)
    report = run_report(MaskedReport(apply_plan(plan, cluster), Redactor()))
    assert set(report) == {
        "scope",
        "succeeded",
        "interrupted",
        "durationSeconds",
        "counts",
        "results",
        "objects",
        "notes",
        "waited",
    }
    assert report["waited"] is None
    assert report["counts"] == {"create": 2}
    assert report["results"] == {
        "done": 2,
        "failed": 0,
        "skipped": 0,
        "stopped": 0,
        "requested": 0,
        "unknown": 0,
    }
    assert report["objects"][1] == {
        "action": "create",
        "object": {"group": "", "kind": "ConfigMap", "namespace": "new", "name": "c"},
        "component": "web",
        "result": "done",
        "error": None,
        "reason": "",
    }
    json.dumps(report)


def test_states() -> None:
    cluster = Watched(MemoryCluster(namespaces=["default"]))
    apply_all(cluster.inner, [config("c", WHERE), config("old", WHERE)])
    report = status_report(
        MaskedStatus(WHERE, status_of(WHERE, [config("c", WHERE), secret(a="b")], cluster), Redactor())
    )
    assert report["counts"] == {"Current": 2, "NotFound": 1}
    assert [(each["object"]["name"], each["status"], each["extra"]) for each in report["objects"]] == [
        ("login", "NotFound", False),
        ("c", "Current", False),
        ("old", "Current", True),
    ]


def test_the_summary_counts_deletions_of_each_component() -> None:
    cluster = MemoryCluster(namespaces=["default"])
    names = ("one", "two", "three")
    apply_all(cluster, [config("page", WHERE), *(config(name, WHERE, component="old") for name in names)])
    for prune, column in ((True, "DELETE"), (False, "LEFTOVER")):
        plan = make_plan(WHERE, [config("page", WHERE)], cluster, PlanOptions(prune=prune))
        rows = {row[1]: dict(zip(COLUMNS, row[2:], strict=True)) for row in summary_rows(masked(plan))}
        assert rows == {
            "old": dict.fromkeys(COLUMNS, "-") | {column: "3"},
            "web": dict.fromkeys(COLUMNS, "-") | {"UNCHANGED": "1"},
        }


def masked(plan: Plan) -> MaskedPlan:
    return MaskedPlan(plan, Redactor())
