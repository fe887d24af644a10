"""What happens to a cluster while an apply runs: it ends with a reason, and the next one ends the work."""

import json
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dlctl.deploy import not_found_yet
from tests.cluster.scripted_server import Answer, Seen, status
from tests.on_cluster.app_on_cluster import AppOnCluster, config, custom, definition, deployment
from tests.on_cluster.faults import Fault, between, refusal, trusted_tls, writes_member
from tests.project import Outcome

pytestmark = pytest.mark.controlplane


class Once:
    """Does something at the first write of an object of a kind; `answer` is sent in the server's place."""

    def __init__(self, plural: str, act: Callable[[], object], answer: Answer | None = None) -> None:
        self._plural = plural
        self._act = act
        self._answer = answer
        self.happened = False

    def fault(self, seen: Seen) -> Answer | None:
        if self.happened or not writes_member(seen) or f"/{self._plural}/" not in seen.path:
            return None
        self.happened = True
        self._act()
        return self._answer


def apply_through(app: AppOnCluster, folder: Path, fault: Fault, **context: Any) -> Outcome:
    """One apply with faults between, over TLS; afterwards the app's context is the cluster itself again."""
    tls, trusted = trusted_tls()
    with between(app.control_plane, folder, fault, tls=tls) as server:
        app.context("first", app.control_plane, cluster={"server": server.url, **trusted}, **context)
        answer = app.run("apply", "dev", "--timeout", "20s")
    app.context("first", app.control_plane)
    assert "Traceback" not in answer.err
    return answer


def test_a_token_that_expires_is_read_again(cluster_app: AppOnCluster, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("first")
    sent: list[str] = []
    expired = Once("configmaps", lambda: token.write_text("second"), refusal(401, "Unauthorized"))

    def fault(seen: Seen) -> Answer | None:
        sent.append(seen.headers.get("Authorization", ""))
        return expired.fault(seen)

    cluster_app.component("web", config("page"), deployment("web"))
    apply_through(cluster_app, tmp_path, fault, account={"tokenFile": str(token)}).ok()
    assert (expired.happened, sent[-1]) == (True, "Bearer second")
    assert (cluster_app.names("configmap"), cluster_app.names("deployment")) == (["page"], ["web"])


def test_an_answer_that_is_lost_after_the_request_was_sent(cluster_app: AppOnCluster, tmp_path: Path) -> None:
    """A proxy forwards what is written, and then cuts the connection: each time, as it is tried again."""

    def around(seen: Seen, passed: Callable[[Seen], Answer]) -> Answer | None:
        if not writes_member(seen) or "/deployments/" not in seen.path:
            return None
        passed(seen)
        return Answer(cut=True)

    cluster_app.component("web", config("page"), deployment("web"))
    with between(cluster_app.control_plane, tmp_path, around=around) as server:
        cluster_app.context("first", cluster_app.control_plane, cluster={"server": server.url})
        answer = cluster_app.run("apply", "dev", "-o", "json")
    assert cluster_app.names("deployment") == ["web"]
    assert answer.code == 1
    document = json.loads(answer.out)
    (report,) = document["items"]
    assert {each["object"]["kind"]: each["result"] for each in report["objects"]} == {
        "ConfigMap": "done",
        "Deployment": "unknown",
    }
    (lost,) = [each["error"] for each in report["objects"] if each["error"]]
    assert lost["code"] == "unreachable"
    assert lost["message"].startswith("the request was sent, but its result is unknown: no response from ")
    place = f"Deployment.apps/web (namespace {cluster_app.namespace})"
    assert f"dev: {place}: the request was sent, but its result is unknown: no response from " in answer.err
    assert "dev: 1 created, 1 with unknown result in " in answer.err
    assert [each["message"] for each in document["errors"]] == ["dev: 1 object with unknown result"]


def test_an_etcd_that_is_full_and_so_read_only(cluster_app: AppOnCluster, tmp_path: Path) -> None:
    """An API server passes on what etcd says when its quota is used up: it is read, and not written."""
    status = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 500, "metadata": {}}
    full = json.dumps({**status, "message": "etcdserver: mvcc: database space exceeded"})
    written: list[str] = []

    def fault(seen: Seen) -> Answer | None:
        if seen.method == "GET" or "dryRun" in seen.query or "/authorization.k8s.io/" in seen.path:
            return None
        if not written and writes_member(seen):
            written.append(seen.path)
            return None
        return Answer(500, full) if written else None

    cluster_app.component("web", config("page"), deployment("web"), deployment("api"))
    answer = apply_through(cluster_app, tmp_path, fault)
    assert answer.code == 1
    assert "ConfigMap/page" in answer.out
    for name in ("api", "web"):
        assert f"Deployment.apps/{name}" in answer.err
    assert answer.err.count("etcdserver: mvcc: database space exceeded") >= 2
    assert cluster_app.names("deployment") == []
    cluster_app.run("apply", "dev").ok()  # the lock that could not be given back is this process's own
    assert cluster_app.names("deployment") == ["api", "web"]


def test_a_storm_of_429(cluster_app: AppOnCluster, tmp_path: Path) -> None:
    """From the first write on, an overloaded server takes nothing for a while, and says when to come back."""
    over: list[float] = []
    refused: list[str] = []

    def fault(seen: Seen) -> Answer | None:
        if not over and writes_member(seen):
            over.append(time.monotonic() + 1.5)
        if not over or time.monotonic() > over[0]:
            return None
        refused.append(seen.path)
        return refusal(429, "TooManyRequests", **{"Retry-After": "1"})

    names = [f"page-{number:02}" for number in range(30)]
    cluster_app.component("web", *map(config, names))
    apply_through(cluster_app, tmp_path, fault).ok()
    assert len(refused) < 60  # one storm is not answered with another
    assert cluster_app.names("configmap") == names


def test_a_crd_that_is_deleted_meanwhile(cluster_app: AppOnCluster, group: str, tmp_path: Path) -> None:
    crd = f"widgets.{group}"
    cluster_app.component("kinds", definition(group))
    cluster_app.component("web", config("page"))
    cluster_app.run("apply", "dev").ok()
    cluster_app.component("web", config("page"), custom(group, "one"), deployment("web"))
    deleted = Once("widgets", lambda: cluster_app.kubectl("delete", "crd", crd, "--wait=true"))
    answer = apply_through(cluster_app, tmp_path, deleted.fault)
    assert (answer.code, deleted.happened) == (1, True)
    assert f"Widget.{group}/one" in answer.err
    assert cluster_app.names("deployment") == ["web"]
    cluster_app.run("apply", "dev").ok()
    assert cluster_app.names(crd) == ["one"]


def test_a_namespace_that_is_deleted_meanwhile(cluster_app: AppOnCluster, tmp_path: Path) -> None:
    space = f"{cluster_app.namespace}-other"
    cluster_app.environment("dev", pin=cluster_app.control_plane, namespace=space)
    cluster_app.component("web", config("page"))
    cluster_app.run("apply", "dev").ok()
    cluster_app.component("web", config("page"), config("page-2"), deployment("web"))
    kubectl = cluster_app.control_plane.kubectl
    deleted = Once("deployments", lambda: kubectl("delete", "namespace", space, "--wait=false"))
    held = ("patch", "-n", space, "configmap", "page", "--type=merge", "-p")
    kubectl(*held, '{"metadata": {"finalizers": ["example.com/held"]}}')
    answer = apply_through(cluster_app, tmp_path, deleted.fault)
    assert (answer.code, deleted.happened) == (1, True)
    assert "is being terminated" in answer.err
    kubectl(*held, '{"metadata": {"finalizers": null}}')
    kubectl("wait", "--for=delete", f"namespace/{space}", "--timeout=60s")
    cluster_app.run("apply", "dev").ok()
    kubectl("delete", "namespace", space, "--wait=false")


@pytest.fixture
def silent_webhook(cluster_app: AppOnCluster) -> Iterator[str]:
    """A webhook for the app's Deployments that accepts connections and never answers."""
    name = f"silent-{uuid.uuid4().hex[:8]}.example.com"
    with socket.create_server(("127.0.0.1", 0)) as server:
        rule = {"apiGroups": ["apps"], "apiVersions": ["v1"], "resources": ["deployments"]}
        hook = {
            "name": name,
            "clientConfig": {"url": f"https://127.0.0.1:{server.getsockname()[1]}/"},
            "rules": [{**rule, "operations": ["CREATE", "UPDATE"], "scope": "Namespaced"}],
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": cluster_app.namespace}},
            "timeoutSeconds": 1,
            "failurePolicy": "Fail",
            "sideEffects": "None",
            "admissionReviewVersions": ["v1"],
        }
        head = {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingWebhookConfiguration",
            "metadata": {"name": name},
        }
        kubectl = cluster_app.control_plane.kubectl
        made = kubectl("create", "-f", "-", input=json.dumps({**head, "webhooks": [hook]}))
        assert made.returncode == 0, made.stderr
        yield name
        kubectl("delete", "validatingwebhookconfiguration", name)


def test_a_webhook_that_does_not_answer(cluster_app: AppOnCluster, silent_webhook: str) -> None:
    cluster_app.component("web", config("page"), deployment("web"))
    answer = cluster_app.run("apply", "dev", "--timeout", "10s")
    while answer.code == 0:  # API servers learn of a webhook after a moment
        cluster_app.run("delete", "dev", "--yes").ok()
        answer = cluster_app.run("apply", "dev", "--timeout", "10s")
    assert "Traceback" not in answer.err
    assert f'failed calling webhook "{silent_webhook}"' in answer.err
    assert "Deployment.apps/web" in answer.err
    assert cluster_app.names("configmap") == ["page"]
    cluster_app.control_plane.kubectl("delete", "validatingwebhookconfiguration", silent_webhook)
    cluster_app.run("apply", "dev").ok()
    assert cluster_app.names("deployment") == ["web"]


NOT_FOUND_YET = 'admission webhook "validator.example.com" denied the request: ConfigMap "{}" not found'


class Behind:
    """Refuses a Deployment so many times, as a webhook does whose cache has not seen a ConfigMap."""

    def __init__(self, name: str, code: int, times: int) -> None:
        self._answer = status(code, "Forbidden" if code == 403 else "Invalid", NOT_FOUND_YET.format(name))
        self._times = times
        self.refused = 0

    def fault(self, seen: Seen) -> Answer | None:
        if self.refused == self._times or not writes_member(seen) or "/deployments/" not in seen.path:
            return None
        self.refused += 1
        return self._answer


@pytest.mark.parametrize("code", [403, 422])
def test_a_webhook_that_has_not_seen_what_was_just_created(
    cluster_app: AppOnCluster, tmp_path: Path, code: int
) -> None:
    behind = Behind("page", code, times=3)
    cluster_app.component("web", config("page"), deployment("web"))
    apply_through(cluster_app, tmp_path, behind.fault).ok()
    assert behind.refused == 3
    assert cluster_app.names("deployment") == ["web"]


def test_a_webhook_that_does_not_find_what_it_wants(
    cluster_app: AppOnCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What this apply has created is waited for some seconds, and nothing else is."""
    monkeypatch.setattr(not_found_yet, "LAG", 0.4)
    for name, tries in (("other", {1}), ("page", set(range(2, 10)))):
        behind = Behind(name, 403, times=1000)
        cluster_app.component("web", config("page"), deployment("web"))
        answer = apply_through(cluster_app, tmp_path, behind.fault)
        assert (answer.code, behind.refused in tries) == (1, True), behind.refused
        assert NOT_FOUND_YET.format(name) in answer.err
        cluster_app.run("delete", "dev", "--yes").ok()
