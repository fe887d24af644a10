"""What answers at a server's URL is no Kubernetes API server: nothing is pinned to it, and errors say so."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.scripted_server import Answer, Script, Seen, in_turn, scripted, status
from tests.output_schemas import checked
from tests.project import Project

HTML = {"Content-Type": "text/html"}
PAGE = Answer(403, "<html><title>Blocked by the proxy</title><p>no</p></html>", HTML)
NO_PAGE = Answer(404, "404 page not found\n", {"Content-Type": "text/plain"})
OTHER_JSON = Answer(403, {"message": "no such tenant"})
FOREIGN = pytest.mark.parametrize(
    ("answer", "words"),
    [
        (PAGE, "HTTP status 403: Blocked by the proxy: it is no Kubernetes API server"),
        (NO_PAGE, "has no version: it is no Kubernetes API server"),
        (OTHER_JSON, "HTTP status 403: no such tenant: it is no Kubernetes API server"),
    ],
)


def kubeconfig(app: Project, server: str, user: Mapping[str, Any] | None = None) -> Path:
    """A kubeconfig whose line 7 has the server's URL."""
    path = Path(app.environ["KUBECONFIG"])
    path.write_text(
        "apiVersion: v1\nkind: Config\ncurrent-context: lab\n"
        "contexts: [{name: lab, context: {cluster: lab, user: me}}]\n"
        f"clusters:\n- name: lab\n  cluster: {{server: '{server}'}}\n"
        f"users: [{{name: me, user: {json.dumps(user or {})}}}]\n"
    )
    return path


def row_of_lab(app: Project) -> Any:
    rows = checked(app.run("cluster", "list", "-o", "json").out, "ClusterList")["items"]
    (row,) = (each for each in rows if each["name"] == "lab")
    return row


@FOREIGN
def test_nothing_is_pinned_to_it(app: Project, answer: Answer, words: str) -> None:
    with scripted(in_turn(answer)) as server:
        file = kubeconfig(app, server.url)
        required = app.run("env", "add", "strict", "--require-cluster")
        added = app.run("env", "add", "lab").ok()
        pinned = app.run("env", "set", "lab", "--pin")
    for outcome in (required, added, pinned):
        assert f"{server.url} (context 'lab') " in outcome.err
        assert words in outcome.err
        assert f"check the server URL in {file}:7" in outcome.err
    assert (required.code, pinned.code) == (1, 1)
    assert not (app.root / "environments/strict").exists()
    assert "clusterId" not in app.read("environments/lab/environment.yaml")
    assert "environment lab is not pinned" in added.err


@FOREIGN
def test_doctor_says_so(app: Project, answer: Answer, words: str) -> None:
    with scripted(in_turn(answer)) as server:
        kubeconfig(app, server.url)
        items = app.run("doctor", "-o", "json").json["items"]
    (context,) = (each for each in items if each["area"] == "contexts")
    assert (context["state"], words in context["message"]) == ("warning", True)


@pytest.mark.parametrize("version", [Answer(200, {"gitVersion": "v1.36.0"}), status(403, "Forbidden")])
def test_an_api_server_that_does_not_tell_its_identity_is_pinned(app: Project, version: Answer) -> None:
    def script(seen: Seen) -> Answer:
        return version if seen.path == "/version" else status(403, "Forbidden")

    with scripted(script) as server:
        kubeconfig(app, server.url)
        added = app.run("env", "add", "lab").ok()
    assert "(weak: namespace kube-system cannot be read)" in added.err
    assert "clusterId: weak:" in app.read("environments/lab/environment.yaml")


LIMITED = Answer(429, status(429, "TooManyRequests").body, {"Retry-After": "600"})


@pytest.mark.parametrize(
    ("script", "word"),
    [
        (in_turn(LIMITED), "unreachable"),
        (in_turn(Answer(503, "busy", {"Retry-After": "600"})), "unreachable"),
        (in_turn(Answer(302, "", {"Location": "/login"})), "unreachable"),
        (in_turn(Answer(200, "<html>log in</html>", HTML)), "unreachable"),
        (in_turn(Answer(400, "Client sent an HTTP request to an HTTPS server.\n")), "tls"),
        (in_turn(PAGE), "forbidden"),
        (in_turn(NO_PAGE), "not-served"),
    ],
)
def test_its_status_in_lists(app: Project, script: Script, word: str) -> None:
    with scripted(script) as server:
        file = kubeconfig(app, server.url)
        app.write({"environments/prod/environment.yaml": "context: lab\nclusterId: u\n"})
        clusters = app.run("cluster", "list")
        row = row_of_lab(app)
        jobs = app.run("job", "list", "prod")
    assert row["status"] == word
    assert word in clusters.out
    for outcome in (clusters, jobs):
        assert f"{server.url} (context 'lab')" in outcome.err
        assert f"{file}:7" in outcome.err


@pytest.mark.parametrize("script", ["echo garbage", "exit 3", 'echo \'{"kind": "ExecCredential"}\''])
def test_a_plugin_without_credentials(app: Project, script: str) -> None:
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never"}
    user = {"exec": {**plugin, "command": "sh", "args": ["-c", script]}}
    with scripted(in_turn(NO_PAGE)) as server:
        kubeconfig(app, server.url.replace("http:", "https:"), user)
        app.write({"environments/prod/environment.yaml": "context: lab\nclusterId: u\n"})
        outcome = app.run("env", "describe", "prod", "-o", "json")
    cluster = checked(outcome.out, "Environment")["cluster"]
    assert cluster["status"] == "unauthorised"
    assert "'sh'" in cluster["error"]["hint"]


@pytest.mark.parametrize("server", ["https://", "https:///", "htp://x", "https://host:port"])
def test_a_server_that_is_no_url(app: Project, server: str) -> None:
    file = kubeconfig(app, server)
    app.write({"environments/prod/environment.yaml": "context: lab\nclusterId: u\n"})
    found = app.run("env", "add", "lab")
    assert (found.code, (app.root / "environments/lab").exists()) == (1, False)
    assert f"{file}:7" in found.err
    assert f"the server of cluster 'lab' is not a URL: {server}" in found.err
    assert "write https://HOST:PORT" in found.err
    assert row_of_lab(app)["status"] == "kubeconfig"
    given = app.run("env", "set", "prod", "--server", server)
    assert (given.code, "--server is not the URL of an API server" in given.err) == (2, True)


@pytest.mark.parametrize("server", ["https://", "htp://x", "https://host:port"])
def test_a_server_in_environment_yaml_that_is_no_url(app: Project, server: str) -> None:
    app.write({"environments/prod/environment.yaml": f"context: lab\nserver: {server}\n"})
    shown = app.run("show", "prod")
    assert shown.code == 1
    assert f"environments/prod/environment.yaml:2:9: the server is not a URL: {server}" in shown.err
    assert "write https://HOST:PORT" in shown.err


@pytest.mark.parametrize(
    "server", ["10.0.0.1:6443", "https://[::1]:6443/k8s/clusters/c-1", "HTTPS://host/a,b"]
)
def test_a_server_in_environment_yaml_that_is_a_url(app: Project, server: str) -> None:
    app.write({"environments/prod/environment.yaml": f'context: lab\nserver: "{server}"\n'})
    app.run("show", "prod").ok()
