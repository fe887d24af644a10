"""`dlctl cluster list`: one row for each cluster, which environments use it, and what it has."""

import re
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests import golden
from tests.nodes.api_server import Listed, serving, write_kubeconfig
from tests.nodes.inventory.objects import GPU, node, pod, takes
from tests.output_schemas import checked
from tests.project import Project

GOLDEN = Path(__file__).parent / "golden"
DEAD = "http://127.0.0.1:1"
UID = Listed().uid
H100 = {
    "nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3",
    "feature.node.kubernetes.io/rdma.infiniband": "true",
    "feature.node.kubernetes.io/nic-connectx-7.present": "true",
}
LAB = Listed(
    [
        node("a", labels=H100),
        node("b", labels=H100, unschedulable=True),
        node("t", {GPU: "4"}, labels={"nvidia.com/gpu.product": "Tesla-T4"}),
        node("plain", {}),
    ],
    [pod(takes(gpus=2), on="a"), pod(takes(gpus=8), on="", name="wait", phase="Pending")],
)


@pytest.fixture
def kubeconfig(app: Project) -> Path:
    return Path(app.environ["KUBECONFIG"])


def environments(app: Project, **texts: str) -> None:
    for name in ("dev", "prod"):
        (app.root / f"environments/{name}/environment.yaml").unlink()
    app.write({f"environments/{name}/environment.yaml": text for name, text in texts.items()})


def by_name(document: Any) -> dict[str, Any]:
    return {each["name"]: each for each in document["items"]}


def test_what_people_read(app: Project, kubeconfig: Path) -> None:
    environments(
        app,
        dev=f"context: lab\nclusterId: {UID}\n",
        prod="context: lab\nclusterId: another\n",
        old="context: old\nclusterId: x\n",
        lost="context: lost\n",
    )
    with serving(LAB) as server:
        write_kubeconfig(kubeconfig, lab=server.url, old=DEAD, unused=DEAD)
        answer = app.run("cluster", "list")
    assert answer.code == 4
    shown = re.sub(r"\d+ms", "#ms", f"{answer.out}---\n{answer.err}").replace(str(kubeconfig), "KUBECONFIG")
    golden.check(shown, GOLDEN / "cluster-list-table.txt")


def test_the_json_document_has_every_cluster(app: Project, kubeconfig: Path) -> None:
    environments(app, dev=f"context: lab\nclusterId: {UID}\n", old="context: old\n")
    with serving(LAB) as server:
        write_kubeconfig(kubeconfig, lab=server.url, old=DEAD, unused=DEAD, again=server.url)
        document = checked(app.run("cluster", "list", "--all", "-o", "json").out, "ClusterList")
    found = by_name(document)
    assert list(found) == ["lab", "old", "unused"]
    lab = found["lab"]
    assert lab["contexts"] == ["lab", "again"]
    assert (lab["status"], lab["version"], lab["id"]) == ("ok", "v1.34.2", UID)
    assert lab["environments"] == [{"name": "dev", "pin": "ok"}]
    assert lab["nodes"] == {"ready": 3, "total": 4}
    assert {each["model"]: (each["free"], each["total"]) for each in lab["totals"]} == {
        "H100-80G": (6, 16),
        "T4": (4, 4),
    }
    assert (lab["rdma"], lab["workloads"]) == (["400G IB"], None)
    assert lab["pending"]["resources"] == [{"resource": GPU, "count": 8}]
    assert found["old"]["environments"] == [{"name": "old", "pin": "missing"}]
    assert [found[name]["status"] for name in ("old", "unused")] == ["unreachable"] * 2
    assert [error["code"] for error in document["errors"]] == ["unreachable"] * 2


def test_without_an_app_every_context_is_listed(project: Project) -> None:
    with serving(LAB) as server:
        write_kubeconfig(Path(project.environ["KUBECONFIG"]), b10=server.url, b9=DEAD)
        answer = project.run("cluster", "list", "-o", "name", "--ignore-unreachable").ok()
    assert answer.out == "b9\nb10\n"


def test_an_app_asks_only_the_clusters_of_its_environments(app: Project, kubeconfig: Path) -> None:
    environments(app, dev="context: lab\n")
    with serving(LAB) as server, serving(LAB) as other:
        write_kubeconfig(kubeconfig, lab=server.url, other=other.url)
        app.run("cluster", "list").ok()
        assert other.seen == []


def test_where_nodes_may_not_be_listed_the_version_is_known_all_the_same(
    app: Project, kubeconfig: Path
) -> None:
    environments(app, dev="context: lab\n", far="context: far\n")
    with serving(Listed(forbidden=["nodes"])) as server, serving(Listed(uid="far")) as far:
        write_kubeconfig(kubeconfig, lab=server.url, far=far.url)
        answer = app.run("cluster", "list", "-o", "json")
    lab = by_name(checked(answer.out, "ClusterList"))["lab"]
    assert (lab["status"], lab["version"], lab["nodes"]) == ("forbidden", "v1.34.2", None)
    assert lab["error"]["class"] == "forbidden"
    assert answer.code == 4


def test_an_environment_is_found_by_its_server_and_a_missing_context_is_a_row(
    app: Project, kubeconfig: Path
) -> None:
    with serving(LAB) as server:
        environments(app, dev=f"context: theirs\nserver: {server.url}\n", lost="context: lost\n")
        write_kubeconfig(kubeconfig, mine=server.url)
        document = app.run("cluster", "list", "-o", "json").json
    assert [(each["name"], each["status"]) for each in document["items"]] == [
        ("mine", "ok"),
        ("lost", "no-context"),
    ]


def test_a_sandbox_that_does_not_run_is_a_cluster_that_cannot_be_read(app: Project, kubeconfig: Path) -> None:
    environments(app, dev="sandbox: none-such\n", lab="context: lab\n")
    with serving(LAB) as server:
        write_kubeconfig(kubeconfig, lab=server.url)
        answer = app.run("cluster", "list")
    assert answer.code == 4
    assert "dlctl-none-such: sandbox 'none-such' not found" in answer.err
    rows = [line.split()[:3] for line in answer.out.splitlines()[1:]]
    assert rows == [["dlctl-none-such", "dev", "not-found"], ["lab", "lab", "ok"]]


def test_nothing_to_list_says_so(project: Project) -> None:
    answer = project.run("cluster", "list").ok()
    assert answer.out == ""
    assert "there is no context" in answer.err


def workload(*conditions: tuple[str, str], active: bool = True) -> dict[str, Any]:
    states = [{"type": kind, "status": state} for kind, state in conditions]
    return {"metadata": {"name": "w"}, "spec": {"active": active}, "status": {"conditions": states}}


def test_workloads_that_kueue_holds_back_are_counted(project: Project) -> None:
    """By the conditions that are true, whatever stands last."""
    workloads = [
        workload(),
        workload(("QuotaReserved", "False")),
        workload(("Admitted", "False"), ("QuotaReserved", "False"), ("Evicted", "True")),
        workload(("QuotaReserved", "True"), ("Admitted", "True"), ("PodsReady", "False")),
        workload(("Finished", "True"), ("QuotaReserved", "False")),
        workload(active=False),
    ]
    with serving(replace(LAB, workloads=workloads)) as server:
        write_kubeconfig(Path(project.environ["KUBECONFIG"]), lab=server.url)
        table = project.run("cluster", "list").ok()
        (cluster,) = checked(project.run("cluster", "list", "-o", "json").ok().out, "ClusterList")["items"]
    assert (cluster["workloads"], cluster["operators"]) == (3, ["kueue"])
    assert "8, 3 workloads" in table.out
