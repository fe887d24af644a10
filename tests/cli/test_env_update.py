"""`dlctl env update`: what is written, what is said, and who reads it."""

import shlex
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests import golden
from tests.cli.test_help import examples
from tests.cluster.scripted_server import Answer, ScriptedServer, Seen, scripted
from tests.nodes.api_server import Listed, serving, write_kubeconfig
from tests.nodes.inventory.objects import GPU, node
from tests.output_schemas import checked
from tests.project import Project

GOLDEN = Path(__file__).parent / "golden"
UID = Listed().uid
H100 = {"nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3", "kubernetes.io/hostname": "x"}
Lab = tuple[Project, ScriptedServer]
FILE = "environments/dev/cluster.yaml"


def named(name: str, **more: Any) -> dict[str, Any]:
    annotations = more.pop("annotations", {})
    return {"metadata": {"name": name, "annotations": annotations}, **more}


DEFAULT = {"storageclass.kubernetes.io/is-default-class": "true"}
WEBHOOKS = "validatingwebhookconfigurations"
OTHERS = {
    ("storage.k8s.io/v1", "StorageClass", "storageclasses"): [
        named("standard", provisioner="p", annotations=DEFAULT),
        named("fast", provisioner="q", parameters={"secret": "hunter2"}),
    ],
    ("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses"): [named("high", value=1000)],
    ("kueue.x-k8s.io/v1beta1", "ClusterQueue", "clusterqueues"): [
        named(
            "research",
            spec={
                "cohort": "all",
                "resourceGroups": [
                    {
                        "coveredResources": [GPU],
                        "flavors": [{"name": "h100", "resources": [{"name": GPU, "nominalQuota": 16}]}],
                    }
                ],
            },
        )
    ],
    ("v1", "ConfigMap", "configmaps"): [],
    ("kubeflow.org/v1", "TFJob", "tfjobs"): [],
    (
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration",
        "validatingwebhookconfigurations",
    ): [
        named(
            "jobs",
            webhooks=[
                {
                    "failurePolicy": "Fail",
                    "rules": [{"apiGroups": ["kubeflow.org"], "resources": ["tfjobs", "tfjobs/status"]}],
                    "clientConfig": {"caBundle": "hunter2"},
                }
            ],
        ),
        named("pods-only", webhooks=[{"rules": [{"apiGroups": [""], "resources": ["pods"]}]}]),
    ],
}
LAB = Listed([node("a", labels=H100), node("b", labels=H100), node("plain", {})], others=OTHERS)


@pytest.fixture
def lab(app: Project) -> Iterator[tuple[Project, ScriptedServer]]:
    """An app whose environment `dev` is pinned to a cluster that answers."""
    with serving(LAB) as server:
        write_kubeconfig(Path(app.environ["KUBECONFIG"]), dev=server.url)
        app.write({"environments/dev/environment.yaml": f"context: dev\nclusterId: {UID}\nnamespace: ml\n"})
        yield app, server


def test_the_file_that_is_written(lab: Lab) -> None:
    app, server = lab
    answer = app.run("env", "update", "dev").ok()
    golden.check(app.read(FILE), GOLDEN / "cluster.yaml")
    assert answer.out == ""
    assert answer.err.splitlines()[0] == f"wrote {FILE}"
    assert "3 nodes in 2 groups" in answer.err
    assert "hunter2" not in app.read(FILE)
    assert {seen.method for seen in server.seen} == {"GET"}


def test_twice_gives_the_same_bytes_and_the_second_writes_nothing(
    lab: Lab,
) -> None:
    app, _ = lab
    app.run("env", "update", "dev").ok()
    path = app.root / FILE
    before, when = path.read_bytes(), path.stat().st_mtime_ns
    answer = app.run("env", "update", "dev").ok()
    assert answer.err == f"{FILE} unchanged\n"
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, when)
    app.run("env", "update", "dev", "--check").ok()
    path.unlink()
    app.run("env", "update", "dev").ok()
    assert path.read_bytes() == before


def test_a_changed_cluster_is_summed_up(lab: Lab) -> None:
    app, _ = lab
    app.run("env", "update", "dev").ok()
    before = app.files()
    others = {**OTHERS, ("example.com/v1", "Widget", "widgets"): []}
    others[("storage.k8s.io/v1", "StorageClass", "storageclasses")] = [named("fast", provisioner="r")]
    del others["kubeflow.org/v1", "TFJob", "tfjobs"]
    with serving(replace(LAB, nodes=LAB.nodes[1:], others=others)) as server:
        write_kubeconfig(Path(app.environ["KUBECONFIG"]), dev=server.url)
        checked_ = app.run("env", "update", "dev", "--check")
        assert checked_.code == 1
        shown = app.run("env", "update", "dev", "--dry-run").ok()
        assert app.files() == before
        document = checked(
            app.run("env", "update", "dev", "--dry-run", "-o", "json").out, "EnvironmentUpdateList"
        )
        answer = app.run("env", "update", "dev").ok()
    assert f"{FILE} is out of date" in checked_.err
    assert "-- count: 2\n+- count: 1\n" in shown.out
    assert shown.out.startswith(f"--- {FILE}\n+++ {FILE}\n")
    assert answer.err == (
        f"changed {FILE}\n"
        "  nodes: 8×H100-80G (2 → 1)\n"
        "  StorageClass: removed standard; fast (provisioner q → provisioner r)\n"
        "  kinds: added Widget.example.com; removed TFJob.kubeflow.org\n"
    )
    (item,) = document["items"]
    assert (item["changed"], item["written"]) == (True, False)
    assert {
        "section": "kinds",
        "kind": None,
        "name": "TFJob.kubeflow.org",
        "left": "v1 (cluster-scoped)",
        "right": None,
    } in item["differences"]


def test_another_cluster_is_refused_before_it_is_read(lab: Lab) -> None:
    app, _ = lab
    app.run("env", "update", "dev").ok()
    before = app.files()
    with serving(replace(LAB, uid="another")) as server:
        write_kubeconfig(Path(app.environ["KUBECONFIG"]), dev=server.url)
        for more in ((), ("--check",), ("--dry-run",)):
            answer = app.run("env", "update", "dev", *more)
            assert answer.code == 1
            assert f"pinned to cluster {UID}" in answer.err
            assert "dlctl env set dev --pin" in answer.err
        assert not [seen for seen in server.seen if "nodes" in seen.path]
    assert app.files() == before


def test_what_may_not_be_listed_is_named_and_not_empty(lab: Lab) -> None:
    app, _ = lab
    with serving(replace(LAB, forbidden=["nodes", "storageclasses"])) as server:
        write_kubeconfig(Path(app.environ["KUBECONFIG"]), dev=server.url)
        answer = app.run("env", "update", "dev").ok()
    assert "you do not have permission to list StorageClass.storage.k8s.io, nodes" in answer.err
    text = app.read(FILE)
    assert "unread:\n- StorageClass.storage.k8s.io\n- nodes\n" in text
    assert "\nnodes:" not in text
    assert "StorageClass.storage.k8s.io:\n" not in text
    assert "PriorityClass.scheduling.k8s.io:\n  - name: high\n" in text


def test_a_check_does_not_take_what_may_not_be_listed_for_a_change(lab: Lab) -> None:
    app, _ = lab
    app.run("env", "update", "dev").ok()
    with serving(replace(LAB, forbidden=["nodes", "storageclasses"])) as server:
        write_kubeconfig(Path(app.environ["KUBECONFIG"]), dev=server.url)
        same = app.run("env", "update", "dev", "--check")
        assert same.code == 4
        assert "not compared: StorageClass.storage.k8s.io, nodes" in same.err
        app.write({FILE: app.read(FILE).replace("v1.34.2", "v1.33.0")})
        outdated = app.run("env", "update", "dev", "--check")
        assert outdated.code == 1
        assert "  version: v1.33.0 → v1.34.2\n" in outdated.err
        assert "nodes:" not in outdated.err
        app.run("env", "update", "dev").ok()
        assert app.run("env", "update", "dev", "--check").code == 4, "the file has what is not read"


def test_an_update_keeps_what_may_not_be_listed_now(lab: Lab) -> None:
    app, _ = lab
    app.run("env", "update", "dev").ok()
    before = app.read(FILE)
    others = {**OTHERS, ("example.com/v1", "Widget", "widgets"): []}
    forbidden = ["nodes", "storageclasses"]
    with serving(replace(LAB, forbidden=forbidden, others=others)) as server:
        write_kubeconfig(Path(app.environ["KUBECONFIG"]), dev=server.url)
        shown = app.run("env", "update", "dev", "--dry-run").ok()
        answer = app.run("env", "update", "dev").ok()
    parts = "StorageClass.storage.k8s.io, nodes"
    keeps = f"you do not have permission to list {parts}; cluster.yaml keeps what it has of them"
    assert f"warning: environment dev: {keeps}" in answer.err
    assert f"changed {FILE}\n  kept: {parts}\n  kinds: added Widget.example.com\n" in answer.err
    added = "    Widget.example.com: v1"
    assert sorted(app.read(FILE).splitlines()) == sorted([*before.splitlines(), added])
    assert "unread" not in app.read(FILE)
    assert [line for line in shown.out.splitlines() if line.startswith("-")] == [f"--- {FILE}"]


def test_a_kind_that_is_new_and_may_not_be_listed_is_unread(lab: Lab) -> None:
    app, _ = lab
    fewer = {key: each for key, each in OTHERS.items() if key[1] != "PriorityClass"}
    with serving(replace(LAB, others=fewer)) as server:
        write_kubeconfig(Path(app.environ["KUBECONFIG"]), dev=server.url)
        app.run("env", "update", "dev").ok()
    with serving(replace(LAB, forbidden=["priorityclasses"])) as server:
        write_kubeconfig(Path(app.environ["KUBECONFIG"]), dev=server.url)
        app.run("env", "update", "dev").ok()
    assert "unread:\n- PriorityClass.scheduling.k8s.io\n" in app.read(FILE)


def test_names_of_kept_nodes_are_removed_if_asked_for(lab: Lab) -> None:
    app, _ = lab
    app.run("env", "update", "dev", "--node-names").ok()
    with serving(replace(LAB, forbidden=["nodes"])) as server:
        write_kubeconfig(Path(app.environ["KUBECONFIG"]), dev=server.url)
        app.run("env", "update", "dev", "--no-node-names").ok()
    assert "\nnodes:\n- count: 2\n" in app.read(FILE)
    assert "names:" not in app.read(FILE)


def test_names_of_nodes_are_kept_once_they_were_asked_for(lab: Lab) -> None:
    app, _ = lab
    app.run("env", "update", "dev").ok()
    assert "\n  names:" not in app.read(FILE)
    app.run("env", "update", "dev", "--node-names").ok()
    assert "  names:\n  - a\n  - b\n" in app.read(FILE)
    app.run("env", "update", "dev", "--check").ok()
    app.run("env", "update", "dev").ok()
    assert "  names:\n  - a\n  - b\n" in app.read(FILE)
    app.run("env", "update", "dev", "--no-node-names").ok()
    assert "\n  names:" not in app.read(FILE)


def test_a_file_that_cannot_be_read_is_written_again(lab: Lab) -> None:
    app, _ = lab
    app.write({FILE: "<<<<<<< HEAD\nversion: v1\n"})
    answer = app.run("env", "update", "dev").ok()
    assert f"warning: {FILE}:" in answer.err
    assert f"changed {FILE}" in answer.err
    app.run("show", "dev").ok()


def test_an_environment_without_a_pin_is_written_with_a_note(lab: Lab) -> None:
    app, server = lab
    app.write({"environments/dev/environment.yaml": "context: dev\n"})
    answer = app.run("env", "update", "dev").ok()
    assert f"note: environment dev is not pinned to a cluster; this is {server.url}" in answer.err


def test_several_of_which_one_is_dead(lab: Lab) -> None:
    app, server = lab
    write_kubeconfig(Path(app.environ["KUBECONFIG"]), dev=server.url, prod="http://127.0.0.1:1")
    app.write({"environments/next/environment.yaml": f"context: dev\nclusterId: {UID}\nnamespace: x\n"})
    answer = app.run("env", "update", "--all", "-o", "json")
    assert answer.code == 4
    document = checked(answer.out, "EnvironmentUpdateList")
    assert [(each["environment"], each["written"]) for each in document["items"]] == [
        ("dev", True),
        ("next", True),
    ]
    assert [each["code"] for each in document["errors"]] == ["unreachable"]
    assert answer.err.count("Error: prod: cannot connect") == 1
    assert not (app.root / "environments/prod/cluster.yaml").exists()
    assert app.run("env", "update", "prod").code == 1
    assert app.run("env", "update", "prod", "--check").code == 1
    assert app.run("env", "update", "--all", "--check").code == 4
    (app.root / FILE).unlink()
    outdated = app.run("env", "update", "*", "--check")
    assert (outdated.code, f"{FILE} is missing" in outdated.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "pass one or more environments, or --all"),
        (("dev", "--all"), "--all cannot be used with environment names"),
        (("dev", "--check", "--dry-run"), "--check cannot be used with --dry-run"),
    ],
)
def test_mistakes(app: Project, words: tuple[str, ...], message: str) -> None:
    answer = app.run("env", "update", *words)
    assert answer.code == 2
    assert message in answer.err


def test_unknown_names_get_a_hint(app: Project) -> None:
    answer = app.run("env", "update", "dve")
    assert (answer.code, "did you mean 'dev'?" in answer.err) == (1, True)


def test_two_at_once_and_an_edit_meanwhile_lose_nothing(lab: Lab) -> None:
    app, _ = lab
    app.write({"environments/next/environment.yaml": f"context: dev\nclusterId: {UID}\nnamespace: x\n"})
    met = threading.Barrier(2, timeout=30)

    def script(seen: Seen) -> Answer:
        if seen.path == "/api/v1/nodes" and "continue" not in seen.query:
            met.wait()  # both environments are read at the same time, or this fails
        return LAB.answer(seen)

    with scripted(script) as slow:
        write_kubeconfig(Path(app.environ["KUBECONFIG"]), dev=slow.url)
        app.run("env", "update", "dev", "next").ok()
    assert app.read(FILE).replace("update dev", "") == app.read("environments/next/cluster.yaml").replace(
        "update next", ""
    )


def test_examples_of_the_help_run(lab: Lab) -> None:
    app, server = lab
    write_kubeconfig(Path(app.environ["KUBECONFIG"]), dev=server.url, prod=server.url, gke=server.url)
    app.write({"environments/gke/environment.yaml": "context: gke\n"})
    app.run("env", "update", "--all").ok()
    for line in examples(app.run("env", "update", "--help").ok().out):
        app.run(*shlex.split(line)[1:]).ok()


TEMPLATE = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ component.name }}
data:
  tfjobs: {{ "yes" if "kubeflow.org/v1/TFJob" in cluster.kinds else "no" }}
  kinds: {{ cluster.kinds | length | string }}
  nodes: {{ cluster.nodes | map(attribute="count") | sum | string }}
  {% for group in cluster.nodes %}
  {% set models = group.devices | map(attribute="model") | join(",") %}
  {{ "group-" ~ loop.index }}: {{ models ~ " " ~ group.cpu ~ " " ~ group.memory }}
  {% endfor %}
"""


@pytest.fixture
def templated(lab: Lab) -> Project:
    app, _ = lab
    app.write(
        {
            "dlctl.yaml": "apiVersion: dlctl.dev/v1\nkind: App\nname: a\n"
            "components:\n  facts: {prototype: facts}\n",
            "environments/dev/params.yaml": "",
            "environments/prod/params.yaml": "",
            "prototypes/p/facts/prototype.yaml": "summary: x\nrequires:\n"
            "- {kind: example.com/v1/Widget, upstream: the widget operator}\n"
            "- {kind: kubeflow.org/v1beta1/TFJob, upstream: its operator}\n",
            "prototypes/p/facts/templates/facts.yaml.j2": TEMPLATE,
        }
    )
    return app


def facts(app: Project) -> dict[str, str]:
    (body,) = app.run("show", "dev", "-o", "json").ok().json["items"]
    return dict(body["data"])


def test_templates_read_the_file_and_never_the_cluster(templated: Project) -> None:
    assert facts(templated) == {"tfjobs": "no", "kinds": "0", "nodes": "0"}
    templated.run("env", "update", "dev").ok()
    Path(templated.environ["KUBECONFIG"]).unlink()
    assert facts(templated) == {
        "tfjobs": "yes",
        "kinds": "14",
        "nodes": "3",
        "group-1": "H100-80G 64 256Gi",
        "group-2": " 64 256Gi",
    }


def test_show_warns_of_required_kinds_that_the_file_does_not_have(templated: Project) -> None:
    assert templated.run("show", "dev").ok().err == ""
    templated.run("env", "update", "dev").ok()
    answer = templated.run("show", "dev").ok()
    known = (
        f"kind example.com/v1 Widget; according to {FILE} it is not served "
        "(the widget operator provides it); 'dlctl env update dev' reads the cluster again\n"
    )
    assert answer.err == f"warning: component facts needs {known}"
    more = "  more: {prototype: facts}\n"
    templated.write({"dlctl.yaml": templated.read("dlctl.yaml") + more})
    both = templated.run("show", "dev").ok().err
    assert both == f"warning: components facts and more need {known}"


def test_the_file_knows_the_scope_of_kinds_that_nothing_else_knows(templated: Project) -> None:
    template = "apiVersion: {}\nkind: {}\nmetadata: {{name: t}}\n"
    path = "prototypes/p/facts/templates/facts.yaml.j2"
    templated.write({path: template.format("example.com/v1", "Thing")})
    assert "namespace: ml" in templated.run("show", "dev").ok().out
    others = {
        **OTHERS,
        ("example.com/v1", "Thing", "things"): [],
        ("apps/v1", "Deployment", "deployments"): [],
    }
    with serving(replace(LAB, others=others)) as server:
        write_kubeconfig(Path(templated.environ["KUBECONFIG"]), dev=server.url)
        templated.run("env", "update", "dev").ok()
    assert "namespace:" not in templated.run("show", "dev").ok().out
    templated.write({path: template.format("apps/v1", "Deployment")})
    assert "namespace: ml" in templated.run("show", "dev").ok().out, "the table comes first"
