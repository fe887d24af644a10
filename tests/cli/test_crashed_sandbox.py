"""A sandbox that does not run is a cluster that cannot be read, like a context that does not answer."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.nodes.api_server import Listed, serving, write_kubeconfig
from tests.nodes.inventory.objects import node
from tests.output_schemas import checked
from tests.project import Project

LAB = Listed([node("a")])
STATE = {"format": 1, "name": "box", "ports": None, "processes": [], "ready": True, "kept": True}
CRASHED = "sandbox 'box' has crashed: etcd, kube-apiserver"


@pytest.fixture
def lab(app: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """An app with three environments: a cluster, a crashed sandbox, and one that there is not."""
    monkeypatch.setenv("DLCTL_SANDBOX_HOME", str(tmp_path / "sandboxes"))
    folder = tmp_path / "sandboxes" / "box"
    folder.mkdir(parents=True)
    state = {**STATE, "merged": [], "kubectl": [], "operators": []}
    (folder / "sandbox.json").write_text(json.dumps(state), "utf-8")
    with serving(LAB) as server:
        write_kubeconfig(Path(app.environ["KUBECONFIG"]), dev=server.url)
        app.write(
            {
                "environments/dev/environment.yaml": f"context: dev\nclusterId: {LAB.uid}\n",
                "environments/prod/environment.yaml": "sandbox: box\n",
                "environments/gone/environment.yaml": "sandbox: nowhere\n",
            }
        )
        yield app


def test_cluster_list_has_a_row_for_each(lab: Project) -> None:
    answer = lab.run("cluster", "list")
    assert answer.code == 4
    rows = {line.split()[0]: line.split()[1:3] for line in answer.out.splitlines()[1:]}
    assert rows == {
        "dev": ["dev", "ok"],
        "dlctl-box": ["prod", "crashed"],
        "dlctl-nowhere": ["gone", "not-found"],
    }
    assert f"Error: dlctl-box: {CRASHED}" in answer.err
    assert "start it with 'dlctl sandbox up box'; the logs are in" in answer.err
    lab.run("cluster", "list", "--ignore-unreachable").ok()


def test_cluster_list_as_json_has_an_item_with_its_error(lab: Project) -> None:
    answer = lab.run("cluster", "list", "-o", "json")
    assert answer.code == 4
    document = checked(answer.out, "ClusterList")
    found = {each["name"]: each for each in document["items"]}["dlctl-box"]
    assert (found["status"], found["error"]["class"]) == ("crashed", "crashed")
    assert found["environments"] == [{"name": "prod", "pin": "not-needed"}]
    assert len(document["errors"]) == 2


def test_a_crashed_sandbox_alone_is_a_row_and_no_context_is_listed(lab: Project) -> None:
    for name in ("dev", "gone"):
        (lab.root / f"environments/{name}/environment.yaml").unlink()
        (lab.root / f"environments/{name}/params.yaml").unlink(missing_ok=True)
    answer = lab.run("cluster", "list", "-o", "name")
    assert (answer.code, answer.out) == (1, "dlctl-box\n")


def test_the_same_in_node_list_and_cluster_diff(lab: Project) -> None:
    nodes = lab.run("node", "list", "dev", "prod", "-o", "json")
    assert nodes.code == 4
    clusters = checked(nodes.out, "NodeList")["clusters"]
    assert [each["status"] for each in clusters] == ["ok", "crashed"]
    diff = lab.run("cluster", "diff", "dev", "prod")
    assert diff.code == 4
    assert f"prod: {CRASHED}" in diff.err


def test_env_update_ends_alike_for_sandboxes_and_contexts(lab: Project) -> None:
    for more in ((), ("--check",), ("--dry-run",)):
        assert lab.run("env", "update", "prod", *more).code == 1
        several = lab.run("env", "update", "dev", "prod", *more)
        assert several.code == (1 if "is missing" in several.err else 4)
    assert lab.run("env", "update", "dev", "prod", "--check").code == 4


def test_kubeconfig_is_for_the_environments_that_are_no_sandboxes(lab: Project, tmp_path: Path) -> None:
    other = tmp_path / "other"
    Path(lab.environ["KUBECONFIG"]).rename(other)
    rows = lab.run("cluster", "list", "--kubeconfig", str(other), "-o", "json").json["items"]
    assert {each["name"]: each["status"] for each in rows} == {
        "dev": "ok",
        "dlctl-box": "crashed",
        "dlctl-nowhere": "not-found",
    }
    diff = lab.run("cluster", "diff", "dev", "prod", "--kubeconfig", str(other))
    assert (diff.code, f"prod: {CRASHED}" in diff.err) == (4, True)
    assert "--kubeconfig is not used: sandbox box has its own kubeconfig" in diff.err
