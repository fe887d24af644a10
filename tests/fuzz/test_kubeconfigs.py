"""Kubeconfigs, answers of exec plugins and tokens that are not what they should be: never a traceback."""

import base64
import json
import os
from pathlib import Path
from random import Random

import pytest

from dlctl.cluster.auth.oidc import expiry_of
from tests.cluster.scripted_server import scripted
from tests.fakes.cluster.cluster import MemoryCluster
from tests.fakes.cluster.over_http import over_http
from tests.fuzz.mutations import mutated_json, mutated_text
from tests.fuzz.seeds import blocks, name_of
from tests.fuzz.test_answers import check, environment
from tests.project import Project

pytestmark = pytest.mark.slow

COMMANDS = (
    ("diff", "dev"),
    ("env", "describe", "dev"),
    ("cluster", "list", "--all"),
    ("node", "list", "--all-contexts"),
    ("env", "add", "other"),
    ("sandbox", "list"),
)
PEM = base64.b64encode(b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n").decode()
ANSWER = {
    "kind": "ExecCredential",
    "apiVersion": "client.authentication.k8s.io/v1",
    "status": {
        "token": "t",
        "expirationTimestamp": "2030-01-01T00:00:00Z",
        "clientCertificateData": "",
        "clientKeyData": "",
    },
}


def kubeconfig(url: str, random: Random, plugin: Path) -> dict[str, object]:
    """A kubeconfig with a bit of everything."""
    exec_ = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": str(plugin),
        "args": ["a"],
        "env": [{"name": "A", "value": "b"}],
        "interactiveMode": "Never",
        "provideClusterInfo": True,
    }
    users: list[dict[str, object]] = [
        {"token": "t"},
        {"username": "u", "password": "p"},
        {"exec": exec_},
        {"tokenFile": "token", "as": "someone", "as-groups": ["g"], "as-user-extra": {"k": ["v"]}},
        {"client-certificate-data": PEM, "client-key-data": PEM},
        {"auth-provider": {"name": "oidc", "config": {"id-token": "a.e30.b", "idp-issuer-url": "https://x"}}},
    ]
    secure = random.random() < 0.5
    cluster: dict[str, object] = {"server": url.replace("http:", "https:") if secure else url}
    if secure:
        cluster |= random.choice(
            [
                {"insecure-skip-tls-verify": True},
                {"certificate-authority-data": PEM},
                {"tls-server-name": "é"},
            ]
        )
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "dev",
        "clusters": [{"name": "dev", "cluster": cluster}],
        "users": [{"name": "dev", "user": random.choice(users)}],
        "contexts": [{"name": "dev", "context": {"cluster": "dev", "user": "dev", "namespace": "n"}}],
    }


@pytest.mark.parametrize("block", blocks(), ids=name_of)
def test_a_changed_kubeconfig(app: Project, block: range) -> None:
    cluster = MemoryCluster(namespaces=["dev-space"])
    app.write({"environments/dev/environment.yaml": environment(cluster)})
    plugin = app.root.parent / "plugin"
    plugin.write_text(f"#!/bin/sh\ncat <<'E'\n{json.dumps(ANSWER)}\nE\n")
    plugin.chmod(0o755)
    path = app.root.parent / "kubeconfig"
    (app.root.parent / "token").write_text("t")
    with scripted(lambda seen: over_http(cluster, seen)) as server:
        for seed in block:
            random = Random(seed)
            whole = kubeconfig(server.url, random, plugin)
            text = json.dumps(whole, indent=1)
            path.write_bytes(mutated_json(whole, random) if seed % 2 else mutated_text(text, random))
            words = random.choice(COMMANDS)
            check(app.run(*words, *timeout_of(words)), words, seed)


def test_a_context_without_a_name(project: Project) -> None:
    """What a search found: an empty name is no answer of another cluster."""
    path = project.root.parent / "kubeconfig"
    path.write_text(json.dumps({"contexts": [{"context": {"cluster": "a", "user": "b"}}]}))
    check(project.run("cluster", "list", "--all"), ("cluster", "list"), 0)


def timeout_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """The option for all commands that connect to a cluster."""
    return () if words[0] == "sandbox" else ("--request-timeout", "3")


@pytest.mark.parametrize("block", blocks()[:3], ids=name_of)
def test_a_changed_answer_of_a_plugin(app: Project, block: range) -> None:
    cluster = MemoryCluster(namespaces=["dev-space"])
    app.write({"environments/dev/environment.yaml": environment(cluster)})
    answer, plugin = app.root.parent / "answer", app.root.parent / "plugin"
    plugin.write_text(f"#!/bin/sh\nexec cat '{answer}'\n")
    plugin.chmod(0o755)
    user = {"exec": {"apiVersion": ANSWER["apiVersion"], "command": str(plugin), "interactiveMode": "Never"}}
    own = {"server": "https://127.0.0.1:1", "insecure-skip-tls-verify": True}
    whole = {
        "current-context": "dev",
        "clusters": [{"name": "dev", "cluster": own}],
        "users": [{"name": "dev", "user": user}],
        "contexts": [{"name": "dev", "context": {"cluster": "dev", "user": "dev"}}],
    }
    Path(os.environ["KUBECONFIG"]).write_text(json.dumps(whole))
    for seed in block:
        answer.write_bytes(mutated_json(ANSWER, Random(seed)))
        outcome = app.run("diff", "dev", "--request-timeout", "3")
        check(outcome, ("diff", "dev"), seed)
        assert outcome.code == 2


def test_the_expiry_of_a_changed_token() -> None:
    for seed in range(2000):
        random = Random(seed)
        claims = mutated_json({"exp": 1700000000, "sub": "me"}, random)
        token = f"e30.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.e30"
        if seed % 3 == 0:
            token = mutated_text(token, random).decode("utf-8", "replace")
        assert 0 <= expiry_of(token) < 2**53, seed
