"""`dlctl node list`: what people read, what scripts read, and what is said where clusters cannot be read."""

import os
import re
import signal
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import golden
from tests.cluster.scripted_server import Answer, Seen, scripted, status
from tests.nodes.api_server import Listed, serving, write_kubeconfig
from tests.nodes.inventory.objects import (
    GPU,
    claim,
    gpu_device,
    node,
    pod,
    resource_slice,
    takes,
)
from tests.output_schemas import checked
from tests.project import Project
from tests.terminal import DLCTL, LIMIT, on_terminal

GOLDEN = Path(__file__).parent / "golden"
NFD = "feature.node.kubernetes.io/"
DEAD = "http://127.0.0.1:1"
Body = dict[str, Any]


def ago(**times: int) -> str:
    return (datetime.now(UTC) - timedelta(**times)).strftime("%Y-%m-%dT%H:%M:%SZ")


def aged(body: Body, **times: int) -> Body:
    body["metadata"]["creationTimestamp"] = ago(**times)
    if body.get("status", {}).get("phase"):
        body["status"]["startTime"] = ago(**times)
    return body


def h100(name: str, gpus: int = 8, bad: int = 0, **more: Any) -> Body:
    labels = {
        "nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3",
        "nvidia.com/cuda.driver-version.full": "570.86.15",
        "topology.kubernetes.io/zone": "west-1a",
        "cloud.provider.com/topology-block": "block-2",
        f"{NFD}rdma.infiniband": "true",
        f"{NFD}nic-connectx-7.present": "true",
        f"{NFD}nic-connectx-7.count": "8",
    }
    made = node(name, {GPU: str(gpus)}, {GPU: str(gpus - bad)}, labels=labels, **more)
    made["status"] |= {
        "addresses": [{"type": "InternalIP", "address": "10.0.0.7"}],
        "nodeInfo": {"kubeletVersion": "v1.34.2"},
    }
    return aged(made, days=12)


def pool() -> Listed:
    """A cluster with a bit of everything."""
    mig = {"nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3"}
    t4 = {"nvidia.com/gpu.product": "Tesla-T4-SHARED", "nvidia.com/gpu.replicas": "4"}
    nodes = [
        h100("gpu-10"),
        h100("gpu-2", taints=[{"key": GPU, "value": "present", "effect": "NoSchedule"}]),
        h100("gpu-3", bad=1),
        h100("gpu-4", unschedulable=True, taints=[{"key": "team", "value": "b", "effect": "NoSchedule"}]),
        aged(
            node("mig-1", {"nvidia.com/mig-1g.10gb": "14", "nvidia.com/mig-3g.40gb": "2"}, labels=mig), days=3
        ),
        aged(node("shared-1", {GPU: "16"}, labels=t4), hours=30),
        aged(node("amd-1", {"amd.com/gpu": "8"}), days=900),
        aged(node("broken-1", {}, labels={"nvidia.com/gpu.present": "true"}), minutes=20),
        aged(node("dra-1", {}), minutes=170),
        aged(node("plain-1", {}), days=400),
    ]
    pods = [
        aged(pod(takes(gpus=8), on="gpu-2", name="bert-0", owner="bert", priority=100), hours=5),
        aged(pod(takes(gpus=4), on="gpu-10", name="eval-10", owner="eval"), minutes=14),
        aged(pod(takes(gpus=2), on="gpu-10", name="eval-9", owner="eval", deleting=True), minutes=15),
        aged(pod(takes(gpus=8), on="gpu-3", name="old", owner="old"), days=6),
        aged(pod(takes(requests={"nvidia.com/mig-1g.10gb": "3"}), on="mig-1", name="small"), hours=1),
        aged(pod(takes(), on="dra-1", name="claims"), minutes=13),
        pod(takes(gpus=8), on="", name="wait-0", owner="wait", phase="Pending"),
        pod(takes(gpus=8), on="", name="wait-1", owner="wait", phase="Pending"),
        pod(takes(gpus=8), on="", name="held", phase="Pending", schedulingGates=[{"name": "kueue"}]),
        pod(takes(gpus=8), on="gpu-10", name="done", phase="Succeeded"),
    ]
    slices = [resource_slice(*(gpu_device(f"gpu-{n}", "NVIDIA B200") for n in range(8)), on="dra-1")]
    claims = [claim("gpu-0", "gpu-1", pool="dra-1", holders=["claims"])]
    return Listed(nodes, pods, slices, claims)


@pytest.fixture
def kubeconfig(project: Project) -> Path:
    return Path(project.environ["KUBECONFIG"])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("table", []),
        ("pods", ["--pods", "--preemptible-below", "50"]),
        ("wide", ["-o", "wide", "--all-nodes"]),
        ("csv", ["-o", "csv", "--pods"]),
        ("names", ["-o", "name", "--all-nodes"]),
        ("filtered", ["--gpu", "h100", "--free", "2", "--ready"]),
        ("sorted", ["--sort=-free,node", "--columns", "node,gpu,free", "--no-headers"]),
    ],
)
def test_what_people_read(project: Project, kubeconfig: Path, name: str, words: list[str]) -> None:
    with serving(pool()) as server:
        write_kubeconfig(kubeconfig, lab=server.url)
        answer = project.run("node", "list", "--context", "lab", *words).ok()
    golden.check(f"{answer.out}---\n{answer.err}", GOLDEN / f"node-list-{name}.txt")


def test_the_json_document_has_it_all(project: Project, kubeconfig: Path) -> None:
    with serving(pool()) as server:
        write_kubeconfig(kubeconfig, lab=server.url)
        answer = project.run("node", "list", "--all-contexts", "--pods", "--all-nodes", "-o", "json").ok()
    document = checked(answer.out, "NodeList")
    (cluster,) = document["clusters"]
    assert (cluster["name"], cluster["status"], cluster["error"]) == ("lab", "ok", None)
    assert cluster["pending"] == {"resources": [{"resource": GPU, "count": 16}], "pods": 2, "owners": 1}
    by_name = {item["name"]: item for item in document["items"]}
    assert list(by_name)[:3] == ["amd-1", "broken-1", "dra-1"]
    (dead,) = by_name["gpu-3"]["devices"]
    assert (dead["free"], dead["bad"], dead["overcommitted"]) == (0, 1, True)
    assert [each["name"] for each in by_name["gpu-10"]["pods"]] == ["eval-9", "eval-10"]
    assert by_name["dra-1"]["pods"][0]["resources"] == [{"resource": "gpu.nvidia.com", "count": 2}]
    assert by_name["plain-1"]["devices"] == []
    totals = {(each["model"], each["part"], each["mode"]): each for each in cluster["totals"]}
    whole = totals["H100-80G", None, "exclusive"]
    assert (whole["free"], whole["used"], whole["bad"], whole["unusable"]) == (2, 22, 1, 8)
    assert answer.err == ""


def test_each_kind_is_listed_once_in_pages_and_ended_pods_are_not_asked_for(
    project: Project, kubeconfig: Path
) -> None:
    with serving(pool()) as server:
        write_kubeconfig(kubeconfig, lab=server.url)
        project.run("node", "list", "--all-contexts", "-l", "pool=a").ok()
        seen = list(server.seen)
    first = [each for each in seen if each.query.get("limit") and not each.query.get("continue")]
    assert sorted(each.path.rpartition("/")[2] for each in first) == [
        "nodes",
        "pods",
        "resourceclaims",
        "resourceslices",
    ]
    queries = {each.path.rpartition("/")[2]: each.query for each in first}
    assert queries["pods"]["fieldSelector"] == "status.phase!=Succeeded,status.phase!=Failed"
    assert queries["nodes"]["labelSelector"] == "pool=a"
    assert len([each for each in seen if each.path.endswith("/nodes")]) == 5


def test_where_pods_may_not_be_listed_free_is_not_known(project: Project, kubeconfig: Path) -> None:
    listed = pool()
    with serving(Listed(listed.nodes[:2], listed.pods, forbidden=["pods"])) as server:
        write_kubeconfig(kubeconfig, lab=server.url)
        answer = project.run("node", "list", "--all-contexts", "--pods").ok()
        document = checked(project.run("node", "list", "--all-contexts", "-o", "json").ok().out, "NodeList")
    rows = [line.split() for line in answer.out.splitlines()[1:]]
    assert [row[2:7] for row in rows] == [["H100-80G", "?", "?", "8", "0"]] * 2
    assert answer.err.count("you do not have permission to list pods") == 1
    assert "H100-80G: ? free of 16" in answer.err
    assert document["items"][0]["devices"][0]["free"] is None
    assert document["clusters"][0]["pending"] is None


@pytest.mark.parametrize("kind", ["resourceslices", "resourceclaims"])
def test_where_dra_may_not_be_read_the_rest_is(project: Project, kubeconfig: Path, kind: str) -> None:
    listed = pool()
    with serving(Listed(listed.nodes, (), listed.resourceslices, (), forbidden=[kind])) as server:
        write_kubeconfig(kubeconfig, lab=server.url)
        answer = project.run("node", "list", "--all-contexts").ok()
    assert answer.err.count("you do not have permission to list Resource") == 1
    rows = {line.split()[0]: line.split() for line in answer.out.splitlines()[1:]}
    assert rows["gpu-2"][3] == "8"
    assert ("dra-1" in rows) is (kind == "resourceclaims")


@pytest.mark.slow
def test_four_clusters_of_which_one_is_dead_one_refuses_and_one_is_slow(
    project: Project, kubeconfig: Path
) -> None:
    good, slow = Listed([h100("a")], uid="good"), Listed([h100("b")], uid="slow", wait=0.1)
    no = Listed(uid="no", forbidden=["nodes"])
    with serving(good) as first, serving(slow) as second, serving(no) as third:
        write_kubeconfig(kubeconfig, slow=second.url, dead=DEAD, no=third.url, good=first.url)
        table = project.run("node", "list", "--all-contexts")
        answer = project.run("node", "list", "--all-contexts", "-o", "json")
        ignored = project.run("node", "list", "--all-contexts", "--ignore-unreachable")
    assert (table.code, answer.code, ignored.code) == (4, 4, 0)
    assert [line.split()[:2] for line in table.out.splitlines()[1:]] == [["slow", "b"], ["good", "a"]]
    assert "slow: H100-80G: 8 free of 8" in table.err
    assert "Error: dead: cannot connect to http://127.0.0.1:1 (context 'dead')" in table.err
    assert "Error: no: " in table.err
    document = checked(answer.out, "NodeList")
    assert [(each["name"], each["status"]) for each in document["clusters"]] == [
        ("slow", "ok"),
        ("dead", "unreachable"),
        ("no", "forbidden"),
        ("good", "ok"),
    ]
    assert [each["cluster"] for each in document["items"]] == ["slow", "good"]
    assert [each["code"] for each in document["errors"]] == ["unreachable", "forbidden"]
    assert document["clusters"][1]["error"]["hint"]


@pytest.mark.slow
def test_a_cluster_that_does_not_answer_costs_one_time_out(project: Project, kubeconfig: Path) -> None:
    with serving(Listed([h100("a")], uid="a")) as good, serving(Listed(wait=3, uid="b")) as silent:
        write_kubeconfig(kubeconfig, good=good.url, silent=silent.url)
        answer = project.run("node", "list", "--all-contexts", "--request-timeout", "0.5s", "-o", "json")
    assert answer.code == 4
    assert [each["status"] for each in answer.json["clusters"]] == ["ok", "timeout"]
    assert len(silent.seen) == 1


def test_where_no_cluster_can_be_read_the_exit_code_is_1(project: Project, kubeconfig: Path) -> None:
    write_kubeconfig(kubeconfig, one=DEAD, two=DEAD)
    answer = project.run("node", "list", "--all-contexts", "-o", "json", "--ignore-unreachable")
    assert answer.code == 1
    document = checked(answer.out, "NodeList")
    assert [each["status"] for each in document["clusters"]] == ["unreachable"] * 2
    assert document["items"] == []


def test_contexts_of_one_cluster_are_read_once_by_the_first_that_may(
    project: Project, kubeconfig: Path
) -> None:
    allowed = Listed([h100("a")], uid="same")
    with serving(Listed(uid="same", forbidden=["nodes"])) as no, serving(allowed) as one:
        write_kubeconfig(kubeconfig, tenant=no.url, admin=one.url, other=one.url)
        answer = project.run("node", "list", "--all-contexts", "-o", "json").ok()
        listings = [each for each in one.seen if each.path == "/api/v1/nodes"]
    document = checked(answer.out, "NodeList")
    assert [(each["name"], each["sameAs"]) for each in document["clusters"]] == [
        ("tenant", None),
        ("admin", "tenant"),
        ("other", "tenant"),
    ]
    assert [each["cluster"] for each in document["items"]] == ["tenant"]
    assert len(listings) == 1


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ("", 2, "Missing argument 'ENV...'"),
        ("dev --context a", 2, "environments cannot be used with --context"),
        ("--context a --all-contexts", 2, "--all-contexts cannot be used with --context"),
        ("--context nope", 1, "context 'nope' not found"),
        ("--context zz*", 1, "context 'zz*' not found"),
        ("--context lab -l pool=a=b", 2, "-l: 'pool=a=b' is not a valid part of a label selector"),
        ("--context lab -r cpu", 2, "'cpu' is not an extended resource"),
        ("--context lab --columns node,fre", 2, "did you mean 'FREE'?"),
        ("--context lab --sort=-fre", 2, "did you mean 'free'?"),
    ],
)
def test_command_lines_that_are_refused_ask_no_cluster(
    app: Project, words: str, code: int, says: str
) -> None:
    with serving(Listed()) as server:
        write_kubeconfig(Path(app.environ["KUBECONFIG"]), lab=server.url, a=server.url)
        answer = app.run("node", "list", *words.split())
        assert server.seen == []
    assert answer.code == code
    assert says in answer.err


def test_names_lists_and_globs_choose_contexts_in_their_order(project: Project, kubeconfig: Path) -> None:
    with serving(Listed([h100("a")])) as server:
        write_kubeconfig(
            kubeconfig, **{"gke-a": server.url, "gke-b": server.url, "x,y": DEAD, "on/prem": DEAD}
        )
        answer = project.run("node", "list", "--context", "on/prem,gke-*", "--context", "x,y", "-o", "json")
    assert [each["name"] for each in answer.json["clusters"]] == ["on/prem", "gke-a", "gke-b", "x,y"]


def test_an_environment_that_is_pinned_to_another_cluster_is_read_with_a_warning(app: Project) -> None:
    app.write({"environments/dev/environment.yaml": "context: lab\nclusterId: other\n"})
    with serving(Listed([h100("a")])) as server:
        write_kubeconfig(Path(app.environ["KUBECONFIG"]), lab=server.url)
        answer = app.run("node", "list", "dev").ok()
    assert re.search(r"^a +Ready", answer.out, re.M)
    assert "warning: environment dev is pinned to cluster other" in answer.err


def test_a_list_without_rows_says_so_and_succeeds(project: Project, kubeconfig: Path) -> None:
    with serving(Listed([node("plain", {})])) as server:
        write_kubeconfig(kubeconfig, lab=server.url)
        empty = project.run("node", "list", "--all-contexts").ok()
        filtered = project.run("node", "list", "--all-contexts", "--gpu", "H100").ok()
    assert (empty.out, filtered.out) == ("", "")
    assert "no node has an accelerator" in empty.err
    assert "no node matches the options of this command" in filtered.err


def test_the_class_of_a_failure_says_what_to_look_at(project: Project, kubeconfig: Path) -> None:
    refusing = scripted(lambda seen: status(401, "Unauthorized", "who are you"))
    strange = scripted(lambda seen: Answer(body="<html>", headers={"Content-Type": "text/html"}))
    with serving(Listed()) as plain, refusing as first, strange as second:
        tls = plain.url.replace("http:", "https:")
        write_kubeconfig(kubeconfig, tls=tls, who=first.url, strange=second.url, gone=DEAD)
        answer = project.run("node", "list", "--all-contexts", "-o", "json")
    assert [each["status"] for each in answer.json["clusters"]] == [
        "tls",
        "unauthorised",
        "unreachable",
        "unreachable",
    ]
    assert all(each["error"]["message"] for each in answer.json["clusters"])


POD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ component.name }}}
spec:
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}}
    spec:
      tolerations: [{key: team, operator: Exists}]
      containers: [{name: main, image: a, resources: {limits: {nvidia.com/gpu: 1}}}]
"""


def test_taints_that_a_component_tolerates_do_not_count_for_it(app: Project) -> None:
    app.write(
        {
            "environments/dev/environment.yaml": "context: lab\n",
            "prototypes/pages/page/templates/page.yaml.j2": POD,
        }
    )
    mine, other = {"key": "team", "effect": "NoSchedule"}, {"key": "sick", "effect": "NoExecute"}
    with serving(Listed([h100("a", taints=[mine]), h100("b", taints=[mine, other])])) as server:
        write_kubeconfig(Path(app.environ["KUBECONFIG"]), lab=server.url)
        plain = app.run("node", "list", "dev", "--columns", "node,status,free", "--no-headers").ok().out
        fitting = app.run(
            "node", "list", "dev", "--columns", "node,status,free", "--no-headers", "--for", "web"
        ).ok()
        asked = len(server.seen)
        refused = [
            app.run("node", "list", *words)
            for words in (["dev", "--for", "wbe"], ["--context", "lab", "--for", "web"])
        ]
        assert len(server.seen) == asked
    assert [line.split() for line in plain.splitlines()] == [
        ["a", "Taint(team)", "0"],
        ["b", "Taint(team,sick)", "0"],
    ]
    assert [line.split() for line in fitting.out.splitlines()] == [
        ["a", "Ready", "8"],
        ["b", "Taint(sick)", "0"],
    ]
    assert [answer.code for answer in refused] == [1, 2]
    assert "did you mean 'web'?" in refused[0].err


def test_the_order_that_is_asked_for_is_that_of_every_format(project: Project, kubeconfig: Path) -> None:
    with serving(pool()) as server:
        write_kubeconfig(kubeconfig, lab=server.url)
        words = ("node", "list", "--context", "lab", "--sort=-free,node")
        table = project.run(*words, "--columns", "node", "--no-headers").ok().out.split()
        as_json = project.run(*words, "-o", "json").ok()
        as_yaml = project.run(*words, "-o", "yaml").ok()
        names = project.run(*words, "-o", "name").ok().out.split()
    expected = list(dict.fromkeys(table))
    assert expected[:3] == ["shared-1", "mig-1", "amd-1"]
    assert [each["name"] for each in as_json.json["items"]] == expected
    assert names == [f"node/{name}" for name in expected]
    assert yaml.safe_load(as_yaml.out) == as_json.json


def test_taints_that_a_component_tolerates_count_for_each_environment_by_itself(app: Project) -> None:
    """Both environments are on one cluster, and in one of them the pods tolerate the taint."""
    tolerating = POD.replace("[{key: team, operator: Exists}]", "{{ params.tolerations }}")
    declared = {
        "summary": "a",
        "description": "a",
        "params": {"tolerations": {"type": "array", "default": []}, "replicas": {"type": "integer"}},
    }
    app.write(
        {
            "environments/dev/environment.yaml": "context: lab\n",
            "environments/prod/environment.yaml": "context: lab\n",
            "environments/same/environment.yaml": "context: lab\n",
            "environments/prod/params.yaml": "params: {tolerations: [{key: team, operator: Exists}]}\n",
            "prototypes/pages/page/templates/page.yaml.j2": tolerating,
            "prototypes/pages/page/prototype.yaml": yaml.safe_dump(declared),
        }
    )
    mine = {"key": "team", "effect": "NoSchedule"}
    with serving(Listed([h100("a", taints=[mine])])) as server:
        write_kubeconfig(Path(app.environ["KUBECONFIG"]), lab=server.url)
        words = ("node", "list", "dev", "prod", "same", "--for", "web")
        answer = app.run(*words, "--columns", "cluster,node,status,free", "--no-headers").ok()
        together = app.run("node", "list", "dev", "prod", "same", "-o", "json").ok()
        app.write({"environments/same/environment.yaml": "context: lab\ndisabled: [web]\n"})
        disabled = app.run("node", "list", "prod", "same", "--for", "web", "-o", "json").ok()
        assert app.run("node", "list", "same", "--for", "web").code == 1
    assert [line.split() for line in answer.out.splitlines()] == [
        ["dev", "a", "Taint(team)", "0"],
        ["prod", "a", "Ready", "8"],
    ]
    assert "same is the same cluster as dev" in answer.err
    assert [each["sameAs"] for each in together.json["clusters"]] == [None, "dev", "dev"]
    assert [each["usable"] for each in disabled.json["items"]] == [True, False]
    assert "web is disabled in environment same" in disabled.err


class Changing:
    """A cluster whose nodes a test replaces while it is watched."""

    def __init__(self) -> None:
        self.listed = Listed([h100("a"), h100("b")])

    def answer(self, seen: Seen) -> Answer:
        return self.listed.answer(seen)


def watching(project: Project, *words: str) -> "subprocess.Popen[str]":
    command = (*DLCTL, "node", "list", "--context", "lab", "--watch", "--every", "1s", *words)
    return subprocess.Popen(
        command,
        cwd=project.root,
        env={**os.environ, **project.environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_watching_appends_what_changes_and_ends_with_130(project: Project, kubeconfig: Path) -> None:
    cluster = Changing()
    with scripted(cluster.answer) as server:
        write_kubeconfig(kubeconfig, lab=server.url)
        process = watching(project, "--columns", "node,status,free")
        assert process.stdout is not None
        first = [process.stdout.readline().split() for _ in range(3)]
        cluster.listed = Listed([h100("a", unschedulable=True), h100("b")])
        second = process.stdout.readline().split()
        cluster.listed = Listed([h100("a", unschedulable=True)], forbidden=["nodes"])
        assert process.stderr is not None
        refused = next(line for line in process.stderr if "you do not have permission to list nodes" in line)
        cluster.listed = Listed([h100("a"), h100("c")])
        third = [process.stdout.readline().split() for _ in range(2)]
        refused += next(line for line in process.stderr if "no longer listed" in line)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=LIMIT)
    assert first == [["NODE", "STATUS", "FREE"], ["a", "Ready", "8"], ["b", "Ready", "8"]]
    assert second == ["a", "Cordoned", "0"]
    assert third == [["a", "Ready", "8"], ["c", "Ready", "8"]]
    assert (process.returncode, out) == (130, "")
    assert (refused + err).count("you do not have permission to list nodes") == 1
    assert "1 row no longer listed" in refused
    assert "Traceback" not in err


@pytest.mark.slow
def test_watching_on_a_terminal_draws_all_again(project: Project, kubeconfig: Path) -> None:
    with serving(Listed([h100("a")])) as server:
        write_kubeconfig(kubeconfig, lab=server.url)
        words = ("node", "list", "--context", "lab", "-w", "--every", "1s")
        shown = on_terminal(
            [*DLCTL, *words],
            cwd=project.root,
            environ={**os.environ, **project.environ, "TERM": "xterm"},
            columns=100,
            interrupt_at="8 free of 8",
        )
    assert shown.code == 130
    assert "\x1b[H\x1b[J" in shown.raw
    assert "every 1s" in shown.text
    assert re.search(r"^a +Ready +H100-80G +8 ", shown.text, re.M)


@pytest.mark.slow
def test_what_cannot_be_watched(project: Project, kubeconfig: Path) -> None:
    write_kubeconfig(kubeconfig, lab=DEAD)
    words = ("node", "list", "--context", "lab")
    for more, says in ((["-w", "-o", "json"], "one document"), (["--every", "5s"], "--every needs --watch")):
        refused = project.run(*words, *more)
        assert (refused.code, says in refused.err) == (2, True), refused.err
    assert project.run(*words, "-w").code == 1


def test_the_place_in_the_network_is_the_first_level_of_kueue(project: Project, kubeconfig: Path) -> None:
    levels = [{"nodeLabel": "topology.kubernetes.io/zone"}, {"nodeLabel": "kubernetes.io/hostname"}]
    with serving(Listed([h100("a")], topologies=[{"spec": {"levels": levels}}])) as server:
        write_kubeconfig(kubeconfig, lab=server.url)
        words = ("node", "list", "--context", "lab")
        document = checked(project.run(*words, "-o", "json").ok().out, "NodeList")
        wide = project.run(*words, "--columns", "topology", "--no-headers").ok().out.split()
        server.seen.clear()
        project.run(*words).ok()
        assert not [each for each in server.seen if "kueue" in each.path]
    assert (document["items"][0]["topology"], wide) == ("west-1a", ["west-1a"])
