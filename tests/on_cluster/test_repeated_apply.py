"""Applying again changes nothing, says so, and `diff` agrees."""

from typing import Any

import pytest

from tests.on_cluster.app_on_cluster import AppOnCluster, config, deployment, secret
from tests.output_schemas import checked

pytestmark = pytest.mark.controlplane


@pytest.fixture
def web(cluster_app: AppOnCluster) -> AppOnCluster:
    cluster_app.component("web", config("page", text="hello"), secret("door"), deployment("web", replicas=1))
    return cluster_app


def versions(cluster_app: AppOnCluster) -> dict[str, Any]:
    objects = (("configmap", "page"), ("secret", "door"), ("deployment", "web"))
    return {name: cluster_app.get(kind, name)["metadata"]["resourceVersion"] for kind, name in objects}


def resolve(cluster_app: AppOnCluster) -> None:
    """The controllers write a Deployment's status too: let them end first."""
    cluster_app.kubectl("rollout", "status", "deployment/web", "--timeout=60s")


def test_second_apply_reports_unchanged(web: AppOnCluster) -> None:
    first = web.run("apply", "dev").ok()
    assert "dev: 3 created" in first.err
    resolve(web)
    before = versions(web)

    second = web.run("apply", "dev").ok()

    assert versions(web) == before
    assert second.out == ""
    assert "dev: 3 unchanged" in second.err


def test_diff_exit_codes_match_kubectl(web: AppOnCluster) -> None:
    fresh = web.run("diff", "dev")
    assert fresh.code == 1
    assert "3 to create" in fresh.err
    web.run("apply", "dev").ok()
    resolve(web)
    same = web.run("diff", "dev")
    assert (same.code, same.out) == (0, "")
    assert "3 unchanged" in same.err
    assert web.run("diff", "nowhere").code == 2


def test_a_dry_run_writes_nothing(web: AppOnCluster) -> None:
    answer = web.run("apply", "dev", "--dry-run").ok()
    assert "+++ would be created" in answer.out
    assert (web.names("configmap"), web.names("secret"), web.names("deployment")) == ([], [], [])


def test_removed_key_is_removed_and_changed_key_is_updated(web: AppOnCluster) -> None:
    web.run("apply", "dev").ok()
    web.component("web", config("page", title="new"), secret("door"), deployment("web", replicas=1))
    changed = web.run("diff", "dev")
    assert "-  text: hello" in changed.out
    assert "+  title: new" in changed.out
    web.run("apply", "dev").ok()
    assert web.get("configmap", "page")["data"] == {"title": "new"}


def test_json_has_a_versioned_shape(web: AppOnCluster) -> None:
    plan = checked(web.run("diff", "dev", "-o", "json").out, "PlanList")
    assert [step["action"] for step in plan["items"][0]["steps"]] == ["create"] * 3
    dry = checked(web.run("apply", "dev", "--dry-run", "-o", "json").ok().out, "PlanList")
    steps = plan["items"][0]["steps"]
    assert all(step["unchecked"] for step in steps), "a diff is cheap, and says so"
    checked_steps = [{**step, "unchecked": False} for step in steps]
    assert dry == {**plan, "items": [{**plan["items"][0], "steps": checked_steps}]}
    done = checked(web.run("apply", "dev", "-o", "json").ok().out, "ReportList")
    assert done["items"][0]["counts"] == {"create": 3}
    state = checked(web.run("status", "dev", "-o", "json").ok().out, "StatusList")
    assert {entry["object"]["name"] for entry in state["items"][0]["objects"]} == {"page", "door", "web"}
    going = checked(web.run("delete", "dev", "--dry-run", "-o", "json").ok().out, "PlanList")
    assert [step["action"] for step in going["items"][0]["steps"]] == ["prune"] * 3
    gone = checked(web.run("delete", "dev", "--yes", "-o", "json").ok().out, "ReportList")
    assert gone["items"][0]["counts"] == {"prune": 3}
    assert [each["errors"] for each in (plan, dry, done, state, going, gone)] == [[]] * 6


def test_failed_run_prints_json(web: AppOnCluster) -> None:
    web.component("web", config("page"), {**config("broken"), "data": {"not a key!": "1"}})
    answer = web.run("apply", "dev", "-o", "json")
    assert answer.code == 1
    document = checked(answer.out, "ReportList")
    objects = {each["object"]["name"]: each for each in document["items"][0]["objects"]}
    assert objects["page"]["result"] == "done"
    assert objects["broken"]["error"]["code"] == "invalid"
    assert [(error["code"], error["message"]) for error in document["errors"]] == [
        ("deploy", "dev: 1 object failed")
    ]
