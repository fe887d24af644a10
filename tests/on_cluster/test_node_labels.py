"""`node label` on real clusters: who owns a label, what a failed run leaves, which cluster is meant."""

import json
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.scripted_server import Answer, Seen
from tests.controlplane import ControlPlane, passing_control_plane
from tests.on_cluster.app_on_cluster import AppOnCluster, cluster_id
from tests.on_cluster.faults import between, is_write
from tests.on_cluster.processes import LIMIT, on_terminal, start
from tests.output_schemas import checked

pytestmark = pytest.mark.controlplane

NOWHERE = {"server": "https://127.0.0.1:1"}
ONE, TWO = "v100x8-ib100-0", "v100x8-ib100-1"
Body = dict[str, Any]


class Labels:
    """The labels of one test: their domain is the app's namespace, so no two tests share any."""

    def __init__(self, app: AppOnCluster) -> None:
        self.app = app
        self.domain = f"{app.namespace}.example.com"

    def key(self, name: str) -> str:
        return f"{self.domain}/{name}"

    def rules(self, *rules: tuple[Body, dict[str, str]]) -> None:
        """Write rules.yaml: what each matches, and its labels without their domain."""
        found = [
            {"match": match, "labels": {self.key(name): value for name, value in labels.items()}}
            for match, labels in rules
        ]
        self.app.project.write({"rules.yaml": yaml.safe_dump(found)})

    def on(self, node: str, control_plane: ControlPlane | None = None) -> dict[str, str]:
        """The labels of this test on a node."""
        body = (control_plane or self.app.control_plane).get("node", node)
        labels = body["metadata"]["labels"]
        prefix = f"{self.domain}/"
        return {key.removeprefix(prefix): value for key, value in labels.items() if key.startswith(prefix)}

    def actions(self, *words: str) -> dict[tuple[str, str], str]:
        """`node label WORDS -o json`: the action for each node and label of this test."""
        document = checked(self.app.run("node", "label", *words, "-o", "json").ok().out, "NodeLabelList")
        return {
            (each["node"], each["label"].removeprefix(f"{self.domain}/")): each["action"]
            for each in document["items"]
        }

    def kubectl_label(self, node: str, label: str) -> None:
        answer = self.app.control_plane.kubectl(
            "label", "node", node, "--overwrite", f"{self.domain}/{label}"
        )
        assert answer.returncode == 0, answer.stderr

    def applied_by(self, manager: str, node: str, **labels: str) -> None:
        """Another manager applies labels by server-side apply."""
        metadata = {"name": node, "labels": {self.key(name): value for name, value in labels.items()}}
        body = {"apiVersion": "v1", "kind": "Node", "metadata": metadata}
        words = ("apply", "--server-side", f"--field-manager={manager}", "-f", "-")
        answer = self.app.control_plane.kubectl(*words, input=json.dumps(body))
        assert answer.returncode == 0, answer.stderr


@pytest.fixture
def labels(cluster_app: AppOnCluster) -> Iterator[Labels]:
    made = Labels(cluster_app)
    yield made
    for node in (ONE, TWO):
        cluster_app.control_plane.kubectl(
            "label", "node", node, *(f"{made.key(name)}-" for name in made.on(node))
        )


APPLY = ("node", "label", "dev", "-f", "rules.yaml", "--apply")


def test_a_preview_writes_nothing_and_apply_writes_it_once(labels: Labels) -> None:
    labels.rules(({"name": "v100*"}, {"pool": "gpu"}), ({"name": ONE}, {"pool": "first", "index": "0"}))
    preview = labels.app.run("node", "label", "dev", "-f", "rules.yaml").ok()
    rows = [line.split() for line in preview.out.splitlines() if labels.domain in line]
    assert rows == [
        [ONE, labels.key("index"), "-", "0", "add"],
        [ONE, labels.key("pool"), "-", "gpu", "add"],
        [TWO, labels.key("pool"), "-", "gpu", "add"],
    ]
    assert "dev: 3 to add" in preview.err
    assert "nothing was written" in preview.err
    assert labels.on(ONE) == {}
    written = labels.app.run(*APPLY).ok()
    assert [line.split()[-1] for line in written.out.splitlines()[1:]] == ["added"] * 3
    assert (labels.on(ONE), labels.on(TWO)) == ({"pool": "gpu", "index": "0"}, {"pool": "gpu"})
    version = labels.app.control_plane.get("node", TWO)["metadata"]["resourceVersion"]
    again = labels.app.run(*APPLY).ok()
    assert "dev: 3 unchanged" in again.err
    assert labels.app.control_plane.get("node", TWO)["metadata"]["resourceVersion"] == version


def test_labels_that_leave_the_rules_leave_the_nodes(labels: Labels) -> None:
    labels.rules(({"name": ONE}, {"a": "1", "b": "1"}), ({"name": TWO}, {"a": "1"}))
    labels.app.run(*APPLY).ok()
    labels.rules(({"name": ONE}, {"b": "2", "c": "1"}))
    expected = {(ONE, "a"): "remove", (ONE, "b"): "change", (ONE, "c"): "add", (TWO, "a"): "remove"}
    assert labels.actions("dev", "-f", "rules.yaml") == expected
    assert labels.on(TWO) == {"a": "1"}
    labels.app.run(*APPLY).ok()
    assert (labels.on(ONE), labels.on(TWO)) == ({"b": "2", "c": "1"}, {})


def test_labels_of_other_managers_are_left_alone(labels: Labels) -> None:
    labels.kubectl_label(ONE, "by-hand=1")
    labels.kubectl_label(ONE, "equal=1")
    labels.applied_by("somebody", ONE, applied="1")
    wanted = {"by-hand": "2", "equal": "1", "applied": "2", "ours": "1"}
    labels.rules(({"name": ONE}, wanted))
    answer = labels.app.run(*APPLY).ok()
    actions = {line.split()[1]: " ".join(line.split()[4:]) for line in answer.out.splitlines()[1:]}
    assert actions == {
        labels.key("applied"): "owned by somebody",
        labels.key("by-hand"): "owned by kubectl-label",
        labels.key("equal"): "owned by kubectl-label",
        labels.key("ours"): "added",
    }
    live = {"by-hand": "1", "equal": "1", "applied": "1", "ours": "1"}
    assert labels.on(ONE) == live
    labels.kubectl_label(ONE, "ours=3")  # it is theirs now
    assert labels.actions("dev", "-f", "rules.yaml", "--apply")[ONE, "ours"] == "owned"
    assert labels.on(ONE) == {**live, "ours": "3"}
    labels.app.run("node", "label", "dev", "--remove", "--apply").ok()
    assert labels.on(ONE) == {**live, "ours": "3"}


def test_remove_takes_back_ours_alone(labels: Labels) -> None:
    labels.kubectl_label(ONE, "by-hand=1")
    labels.rules(({"name": "v100*"}, {"ours": "1", "shared": "1"}))
    labels.app.run(*APPLY).ok()
    labels.applied_by("somebody", ONE, shared="1")
    expected = {
        (ONE, "ours"): "remove",
        (ONE, "shared"): "release",
        (TWO, "ours"): "remove",
        (TWO, "shared"): "remove",
    }
    assert labels.actions("dev", "--remove") == expected
    assert labels.on(TWO) == {"ours": "1", "shared": "1"}
    labels.app.run("node", "label", "dev", "--remove", "-l", f"kubernetes.io/hostname={TWO}", "--apply").ok()
    assert (labels.on(TWO), labels.on(ONE)["ours"]) == ({}, "1")
    labels.app.run("node", "label", "dev", "--remove", "--apply").ok()
    assert labels.on(ONE) == {"by-hand": "1", "shared": "1"}
    assert "dev: no labels" in labels.app.run("node", "label", "dev", "--remove", "--apply").ok().err


def test_another_app_has_labels_of_its_own(labels: Labels) -> None:
    labels.rules(({"name": ONE}, {"a": "1"}))
    labels.app.run(*APPLY).ok()
    labels.app.write_app("another")
    labels.rules(({"name": ONE}, {"a": "2", "b": "1"}))
    assert labels.actions("dev", "-f", "rules.yaml", "--apply") == {(ONE, "a"): "owned", (ONE, "b"): "add"}
    labels.app.run("node", "label", "dev", "--remove", "--apply").ok()
    assert labels.on(ONE) == {"a": "1"}


def test_labels_without_an_owner_are_somebody_elses(labels: Labels, own_node: str) -> None:
    labels.kubectl_label(own_node, "old=1")
    patch = json.dumps({"metadata": {"managedFields": [{}]}})
    labels.app.control_plane.kubectl("patch", "node", own_node, "--type=merge", "-p", patch)
    labels.rules(({"name": own_node}, {"old": "2"}))
    answer = labels.app.run(*APPLY).ok()
    assert "owned by unknown" in answer.out
    assert labels.on(own_node) == {"old": "1"}


@pytest.fixture
def own_node(cluster_app: AppOnCluster) -> Iterator[str]:
    """A node of this test's own, which may be deleted."""
    name = f"{cluster_app.namespace}-node"
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "spec": {"unschedulable": True}}
    cluster_app.kubectl("create", "-f", "-", body=node)
    yield name
    cluster_app.control_plane.kubectl("delete", "node", name, "--ignore-not-found")


def test_a_node_that_is_deleted_meanwhile_is_not_created_again(
    labels: Labels, own_node: str, control_plane: ControlPlane, tmp_path: Path
) -> None:
    labels.rules(({"name": own_node}, {"a": "1"}))

    def fault(seen: Seen) -> Answer | None:
        if is_write(seen):
            control_plane.kubectl("delete", "node", own_node)
        return None

    with between(control_plane, tmp_path, fault) as server:
        labels.app.context("first", control_plane, cluster={"server": server.url})
        answer = labels.app.run(*APPLY).ok()
    assert f"node {own_node}: the node was deleted meanwhile" in answer.err
    assert control_plane.kubectl("get", "node", own_node).returncode != 0


def test_an_answer_that_is_lost_after_the_request_was_sent(
    labels: Labels, own_node: str, control_plane: ControlPlane, tmp_path: Path
) -> None:
    labels.rules(({"name": own_node}, {"a": "1"}))

    def around(seen: Seen, passed: Callable[[Seen], Answer]) -> Answer | None:
        if not is_write(seen):
            return None
        passed(seen)
        return Answer(cut=True)

    with between(control_plane, tmp_path, around=around) as server:
        labels.app.context("first", control_plane, cluster={"server": server.url})
        answer = labels.app.run(*APPLY)
    assert (answer.code, labels.on(own_node)) == (1, {"a": "1"})
    assert "dev: 1 result unknown" in answer.err
    assert f"node {own_node}: the request was sent, but its result is unknown" in answer.err
    assert "no response from " in answer.err


def test_a_change_between_reading_and_writing_is_never_overwritten(
    labels: Labels, own_node: str, control_plane: ControlPlane, tmp_path: Path
) -> None:
    labels.rules(({"name": own_node}, {"a": "1"}))
    changes = iter(["other=1", "a=theirs"])

    def fault(seen: Seen) -> Answer | None:
        if is_write(seen) and (change := next(changes, "")):
            labels.kubectl_label(own_node, change)
        return None

    with between(control_plane, tmp_path, fault) as server:
        labels.app.context("first", control_plane, cluster={"server": server.url})
        answer = labels.app.run(*APPLY)
    assert answer.code == 1
    assert f"Node/{own_node} changed after its labels were read" in answer.err
    assert labels.on(own_node) == {"other": "1", "a": "theirs"}


def test_a_run_that_was_cut_off_is_completed_by_the_next(
    labels: Labels, control_plane: ControlPlane, tmp_path: Path
) -> None:
    labels.rules(({"name": "v100*"}, {"a": "1"}))
    reached, opened = threading.Event(), threading.Event()

    def fault(seen: Seen) -> Answer | None:
        if is_write(seen) and seen.path.endswith(TWO):
            reached.set()
            opened.wait(LIMIT)
        return None

    with between(control_plane, tmp_path, fault) as server:
        labels.app.context("first", control_plane, cluster={"server": server.url})
        running = start(labels.app, *APPLY)
        assert reached.wait(LIMIT)
        running.process.send_signal(signal.SIGINT)
        ended = running.end()
        assert (ended.code, "Traceback" in ended.err) == (130, False)
        assert "run the command again to continue" in ended.err
        opened.set()
        labels.app.run(*APPLY).ok()
    assert (labels.on(ONE), labels.on(TWO)) == ({"a": "1"}, {"a": "1"})


def test_another_cluster_than_the_pinned_one_is_refused(
    labels: Labels, control_plane: ControlPlane, second_control_plane: ControlPlane
) -> None:
    labels.rules(({}, {"a": "1"}))
    labels.app.context("first", second_control_plane)
    before = second_control_plane.get("nodes")["items"]
    for words in (APPLY, (*APPLY, "--yes"), (*APPLY, "--dry-run=server")):
        answer = labels.app.run(*words)
        assert answer.code == 1
        assert cluster_id(control_plane) in answer.err
        assert cluster_id(second_control_plane) in answer.err
    preview = labels.app.run("node", "label", "dev", "-f", "rules.yaml").ok()
    assert "warning: environment dev is pinned to cluster" in preview.err
    document = checked(labels.app.run(*APPLY, "--dry-run", "-o", "json").out, "NodeLabelList")
    assert [each["code"] for each in document["errors"]] == ["plan"]
    assert not any(labels.on(each["metadata"]["name"], second_control_plane) for each in before)
    labels.app.environment("dev")  # without a pin
    unpinned = labels.app.run(*APPLY)
    assert unpinned.code == 1
    assert "dlctl env set dev --pin" in unpinned.err


def test_a_dead_cluster_beside_a_good_one(labels: Labels, control_plane: ControlPlane) -> None:
    labels.app.context("dead", control_plane, cluster=NOWHERE)
    labels.app.environment("gone", pin=control_plane, context="dead")
    labels.rules(({"name": ONE}, {"a": "1"}))
    preview = labels.app.run("node", "label", "gone", "dev", "-f", "rules.yaml", "-o", "json")
    assert preview.code == 4
    document = checked(preview.out, "NodeLabelList")
    assert [(each["name"], each["status"]) for each in document["clusters"]] == [
        ("gone", "unreachable"),
        ("dev", "ok"),
    ]
    assert [(each["cluster"], each["node"]) for each in document["items"]] == [("dev", ONE)]
    refused = labels.app.run("node", "label", "gone", "dev", "-f", "rules.yaml", "--apply")
    assert (refused.code, labels.on(ONE)) == (2, {})
    assert "--each" in refused.err
    written = labels.app.run("node", "label", "gone", "dev", "-f", "rules.yaml", "--apply", "--each")
    assert (written.code, labels.on(ONE)) == (4, {"a": "1"})
    assert "Error: gone: cannot connect" in written.err
    ignored = labels.app.run("node", "label", "gone", "dev", "-f", "rules.yaml", "--ignore-unreachable")
    assert ignored.code == 0
    alone = labels.app.run("node", "label", "gone", "-f", "rules.yaml")
    assert alone.code == 1


def test_a_dry_run_asks_the_server_and_stores_nothing(labels: Labels, control_plane: ControlPlane) -> None:
    labels.rules(({"name": ONE}, {"a": "1"}))
    answer = labels.app.run(*APPLY, "--dry-run=server", "-o", "json").ok()
    document = checked(answer.out, "NodeLabelList")
    assert document["mode"] == "dry-run"
    shown = labels.app.run(*APPLY, "--dry-run=server").ok()
    assert "the API server checked these writes, and nothing was stored\n" in shown.err
    assert [(each["action"], each["result"]) for each in document["items"]] == [("add", "done")]
    assert labels.on(ONE) == {}
    labels.app.context("first", control_plane, account=_reader(control_plane))
    for words in ((*APPLY, "--dry-run=server"), APPLY):
        refused = labels.app.run(*words)
        assert "'kubectl auth can-i patch nodes'" in refused.err
        assert "nothing was stored" not in refused.err
        assert refused.code == 1
        assert "1 node could not be labeled" in refused.err
        assert "forbidden" in refused.err.lower() or "permission" in refused.err
    assert labels.on(ONE) == {}


def _reader(control_plane: ControlPlane) -> Body:
    """An account that may read nodes, and not write them."""
    control_plane.kubectl(
        "create", "clusterrole", "label-reader", "--verb=get,list", "--resource=nodes,namespaces"
    )
    bind = (
        "create",
        "clusterrolebinding",
        "label-reader",
        "--clusterrole=label-reader",
        "--user=label-reader",
    )
    control_plane.kubectl(*bind)
    own = yaml.safe_load(control_plane.kubeconfig.read_text())["users"][0]["user"]
    return {**own, "as": "label-reader"}


def test_protected_environments_prompt(labels: Labels, control_plane: ControlPlane) -> None:
    labels.app.environment("dev", pin=control_plane, protected=True)
    labels.rules(({"name": ONE}, {"a": "1"}))
    assert labels.app.run("node", "label", "dev", "-f", "rules.yaml").code == 0
    silent = labels.app.run(*APPLY)
    assert (silent.code, labels.on(ONE)) == (2, {})
    assert "is protected: 1 to add. Label its nodes?" in silent.err
    refused = on_terminal(labels.app, *APPLY, typed="n\n")
    assert "[y/N]" in refused.out
    assert refused.code != 0
    assert labels.on(ONE) == {}
    changed = on_terminal(labels.app, *APPLY, typed="y\n", meanwhile=lambda: labels.kubectl_label(ONE, "a=2"))
    assert changed.code == 1
    assert labels.on(ONE) == {"a": "2"}
    labels.rules(({"name": ONE}, {"b": "1"}))
    assert on_terminal(labels.app, *APPLY, typed="y\n").code == 0
    assert labels.on(ONE) == {"a": "2", "b": "1"}
    assert "[y/N]" not in on_terminal(labels.app, *APPLY).out
    labels.rules(({"name": ONE}, {"b": "2"}))
    labels.app.run(*APPLY, "--yes").ok()


@pytest.fixture(scope="module")
def own_control_plane() -> Iterator[ControlPlane]:
    """A control plane to which these tests alone add a kind."""
    with passing_control_plane("labels", "v100x8-ib100=2") as control_plane:
        yield control_plane


def test_features_of_node_feature_discovery(own_control_plane: ControlPlane, labels: Labels) -> None:
    own = own_control_plane
    labels.app.context("first", own)
    labels.app.environment("dev", pin=own)
    term = {"feature": "pci.device", "matchExpressions": {"vendor": {"op": "In", "value": ["10de"]}}}
    labels.rules(({"features": [term]}, {"gpu": "nvidia"}))
    missing = labels.app.run("node", "label", "dev", "-f", "rules.yaml")
    assert missing.code == 1
    assert "nodefeatures.nfd.k8s-sigs.io" in missing.err
    assert "rules.yaml:" in missing.err
    own.kubectl("apply", "-f", "-", input=json.dumps(_FEATURES))
    own.kubectl("wait", "--for=condition=Established", "crd/nodefeatures.nfd.k8s-sigs.io", "--timeout=30s")
    own.kubectl("create", "namespace", "nfd")
    for namespace, node in (("nfd", ONE), ("default", TWO)):
        assert own.kubectl("apply", "-f", "-", input=json.dumps(_feature(namespace, node))).returncode == 0
    assert labels.actions("dev", "-f", "rules.yaml") == {(ONE, "gpu"): "add", (TWO, "gpu"): "add"}
    words = ("dev", "-f", "rules.yaml", "--features-from", "nfd", "--apply")
    assert labels.actions(*words) == {(ONE, "gpu"): "add"}
    assert labels.on(ONE, own) == {"gpu": "nvidia"}


_FEATURES: Body = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {
        "name": "nodefeatures.nfd.k8s-sigs.io",
        "annotations": {"api-approved.kubernetes.io": "https://github.com/kubernetes/enhancements/pull/1111"},
    },
    "spec": {
        "group": "nfd.k8s-sigs.io",
        "scope": "Namespaced",
        "names": {"kind": "NodeFeature", "plural": "nodefeatures", "singular": "nodefeature"},
        "versions": [
            {
                "name": "v1alpha1",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
                },
            }
        ],
    },
}


def _feature(namespace: str, node: str) -> Body:
    metadata = {"name": node, "namespace": namespace, "labels": {"nfd.node.kubernetes.io/node-name": node}}
    devices = [{"attributes": {"vendor": "10de", "class": "0302"}}]
    features = {"flags": {}, "attributes": {}, "instances": {"pci.device": {"elements": devices}}}
    return {
        "apiVersion": "nfd.k8s-sigs.io/v1alpha1",
        "kind": "NodeFeature",
        "metadata": metadata,
        "spec": {"features": features},
    }


def test_labels_of_detected_hosts(labels: Labels, second_control_plane: ControlPlane) -> None:
    host = {"kind": "HostFeatures", "node": ONE, "labels": {labels.key("gpu.count"): "8"}}
    labels.app.project.write(
        {"one.json": json.dumps(host), "hosts/two.json": json.dumps({**host, "node": TWO}), "hosts/x.txt": ""}
    )
    labels.rules(({"name": ONE}, {"rule": "1"}))
    labels.app.run(*APPLY).ok()
    both = ("dev", "--detected", "one.json", "--detected", "hosts", "--apply")
    assert labels.actions(*both) == {(ONE, "gpu.count"): "add", (TWO, "gpu.count"): "add"}
    # One file is about one node: the labels of the other stay, and so do those of rules.
    labels.app.project.write({"one.json": json.dumps({**host, "labels": {}})})
    assert labels.actions("dev", "--detected", "one.json", "--apply") == {(ONE, "gpu.count"): "remove"}
    assert (labels.on(ONE), labels.on(TWO)) == ({"rule": "1"}, {"gpu.count": "8"})
    labels.app.run(*APPLY).ok()
    assert labels.on(TWO) == {"gpu.count": "8"}
    labels.app.project.write({"one.json": json.dumps({**host, "node": "nowhere"})})
    unknown = labels.app.run("node", "label", "dev", "--detected", "one.json", "--apply")
    assert unknown.code == 1
    assert "one.json: no node 'nowhere' was found" in unknown.err
    labels.app.run("node", "label", "dev", "--remove", "--apply").ok()
    assert (labels.on(ONE), labels.on(TWO)) == ({}, {})


def test_a_detected_host_is_on_one_cluster(
    labels: Labels, control_plane: ControlPlane, second_control_plane: ControlPlane
) -> None:
    labels.app.context("second", second_control_plane)
    labels.app.environment("other", pin=second_control_plane, context="second")
    host = {"kind": "HostFeatures", "node": ONE, "labels": {labels.key("a"): "1"}}
    labels.app.project.write({"one.json": json.dumps(host)})
    answer = labels.app.run("node", "label", "dev", "other", "--detected", "one.json", "--apply", "--each")
    assert answer.code == 1
    assert f"node '{ONE}' is on 2 clusters: dev, other" in answer.err
    assert labels.on(ONE) == {}
