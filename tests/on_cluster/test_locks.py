"""Two runs on one environment are kept apart by a Lease that nobody has to remove."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from dlctl.deploy.holder import this_holder
from tests.on_cluster.app_on_cluster import AppOnCluster, Body, config
from tests.on_cluster.processes import start

pytestmark = pytest.mark.controlplane


def lease(cluster_app: AppOnCluster, identity: str, renewed: datetime) -> Body:
    """The lock of the environment, held by somebody."""
    now = renewed.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    spec = {"holderIdentity": identity, "leaseDurationSeconds": 30, "acquireTime": now, "renewTime": now}
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": f"dlctl.{cluster_app.namespace}.dev"},
        "spec": spec,
    }


def test_a_run_waits_for_another_and_says_for_whom(cluster_app: AppOnCluster) -> None:
    cluster_app.component("web", config("a"))
    cluster_app.run("apply", "dev").ok()
    cluster_app.kubectl("delete", "lease", "--all")
    cluster_app.component("web", config("b"))
    other = "eve/elsewhere/0123456789ab/17/99"
    cluster_app.kubectl("create", "-f", "-", body=lease(cluster_app, other, datetime.now(UTC)))
    answer = cluster_app.run("apply", "dev", "--lock-timeout", "1s")
    assert answer.code == 3
    assert "another dlctl command holds the lock of dev: eve@elsewhere (process 17), since 20" in answer.err
    assert cluster_app.names("configmap") == ["a"]
    for words in (("adopt", "dev", "--yes"), ("delete", "dev", "--yes")):
        assert cluster_app.run(*words, "--lock-timeout", "0s").code == 3
    waiting = start(cluster_app, "apply", "dev")
    cluster_app.kubectl("delete", "lease", "--all")
    waiting.end().ok()
    (left,) = cluster_app.control_plane.get("--namespace", cluster_app.namespace, "lease")["items"]
    assert left["spec"].get("holderIdentity", "") == ""
    cluster_app.run("delete", "dev", "--yes").ok()
    assert cluster_app.names("lease") == []


def test_an_environment_with_a_name_that_objects_may_not_have(cluster_app: AppOnCluster) -> None:
    cluster_app.environment("Prod_A", pin=cluster_app.control_plane)
    cluster_app.component("web", config("a"))
    cluster_app.run("apply", "Prod_A").ok()
    (name,) = cluster_app.names("lease")
    assert name.startswith(f"dlctl.{cluster_app.namespace}.prod-a.")
    cluster_app.run("delete", "Prod_A", "--yes").ok()


@pytest.mark.parametrize("dead", ["here", "long ago"])
def test_a_holder_that_is_dead_is_replaced_at_once(cluster_app: AppOnCluster, dead: str) -> None:
    cluster_app.component("web", config("a"))
    here = this_holder()
    identity = f"{here.user}/{here.host}/{here.place}/{here.process}/1" if dead == "here" else "x/y/z/1/1"
    renewed = datetime.now(UTC) - timedelta(seconds=0 if dead == "here" else 600)
    cluster_app.kubectl("create", "-f", "-", body=lease(cluster_app, identity, renewed))
    cluster_app.run("apply", "dev", "--lock-timeout", "0s").ok()
    assert cluster_app.names("configmap") == ["a"]


def test_where_leases_are_forbidden_there_is_a_note_and_no_lock(cluster_app: AppOnCluster) -> None:
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "no-leases"},
        "rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["*"]}],
    }
    cluster_app.kubectl("apply", "-f", "-", body=role)
    cluster_app.kubectl("create", "rolebinding", "x", "--role=no-leases", "--user=nobody")
    cluster_app.context("nobody", cluster_app.control_plane, user="nobody")
    cluster_app.environment("dev", pin=cluster_app.control_plane, context="nobody")
    cluster_app.component("web", config("a"))
    answer = cluster_app.run("apply", "dev", "--dangerously-skip-identity-check", "--no-create-namespace")
    assert answer.err.count("you do not have permission to write Leases in this namespace") == 1
    answer.ok()


def test_ten_revisions_at_once_end_in_one_of_them(cluster_app: AppOnCluster) -> None:
    names = [f"part-{number}" for number in range(5)]
    cluster_app.component("web", *(config(name, revision="start") for name in names))
    cluster_app.run("apply", "dev").ok()
    cluster_app.template(
        "web",
        "---\n".join(
            "apiVersion: v1\nkind: ConfigMap\n"
            f"metadata: {{name: {name}}}\ndata: {{revision: {{{{ params.revision }}}}}}\n"
            for name in names
        ),
    )
    path = cluster_app.project.root / "prototypes/web/web/prototype.yaml"
    declared = {"revision": {"type": "string", "description": "revision"}}
    path.write_text(json.dumps({"summary": "web", "description": "web", "params": declared}))
    runs = [
        start(cluster_app, "apply", "dev", "--set", f"web.revision=r{number}", "--lock-timeout", "5m")
        for number in range(10)
    ]
    for run in runs:
        run.end().ok()
    found = {cluster_app.get("configmap", name)["data"]["revision"] for name in names}
    assert len(found) == 1
    assert found < {f"r{number}" for number in range(10)}


def test_two_first_runs_do_not_both_create_the_objects(cluster_app: AppOnCluster) -> None:
    """There is no lock before there is the namespace: the later run says that its plan does not hold."""
    cluster_app.component("web", *(config(f"c{number}") for number in range(30)))
    cluster_app.control_plane.kubectl("delete", "namespace", cluster_app.namespace)
    runs = [start(cluster_app, "apply", "dev", "--yes") for _ in range(2)]
    answers = [run.end() for run in runs]
    made = sum(answer.out.count("ConfigMap/c7 (namespace") for answer in answers)
    assert made == 1, answers
    assert 0 in [answer.code for answer in answers]
    for answer in answers:
        assert answer.code == 0 or "run the command again" in answer.err
    cluster_app.run("apply", "dev", "--yes").ok()
    assert len(cluster_app.names("configmap")) == 30
