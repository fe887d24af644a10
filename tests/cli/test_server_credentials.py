"""A server's URL with credentials in it is refused where it is read, and shown and stored nowhere."""

import json

import pytest

from tests.project import Project

pytestmark = pytest.mark.slow

URLS = (
    "https://admin:hunter2@api.example:6443",
    "https://hunter2@api.example",
    "http://admin:hunter2/x@api.example",
    "admin:hunter2@api.example",
    "https://api.example/?token=hunter2",
    "https://api.example#hunter2",
)
WORDS = (
    "env add new --context lab",
    "env add new",
    "env set dev --context lab --pin",
    "env list",
    "env describe dev",
    "env diff dev prod",
    "diff dev",
    "apply dev --yes",
    "delete dev --yes",
    "status dev",
    "cluster list",
    "cluster diff dev",
    "job list dev",
    "job describe a",
    "node list dev",
    "node list --all-contexts",
    "env update dev",
)


def kubeconfig(server: str) -> str:
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "lab",
            "clusters": [{"name": "c", "cluster": {"server": server}}],
            "users": [{"name": "u", "user": {"token": "abc"}}],
            "contexts": [{"name": "lab", "context": {"cluster": "c", "user": "u"}}],
        }
    )


def written(project: Project) -> str:
    return b"".join(project.files().values()).decode("utf-8", "replace")


@pytest.mark.parametrize("server", URLS)
def test_a_kubeconfig_with_credentials_in_its_server(app: Project, server: str) -> None:
    app.write({"../kubeconfig": kubeconfig(server), "environments/dev/environment.yaml": "context: lab\n"})
    for words in WORDS:
        for line in (words.split(), [*words.split(), "-o", "json"]):
            outcome = app.run(*line)
            assert "hunter2" not in outcome.out + outcome.err, line
    assert "hunter2" not in written(app)
    refused = app.run("env", "add", "new", "--context", "lab")
    assert refused.code == 1
    assert "the server of cluster 'c' has credentials or a query in its URL" in refused.err
    assert "'username' and 'password'" in refused.err
    assert not (app.root / "environments/new").exists()


@pytest.mark.parametrize("server", URLS)
def test_an_environment_with_credentials_in_its_server(app: Project, server: str) -> None:
    app.write({"../kubeconfig": kubeconfig("https://127.0.0.1:1")})
    for words in (("env", "add", "new", "--server", server), ("env", "set", "dev", "--server", server)):
        before = app.files()
        outcome = app.run(*words)
        assert (outcome.code, outcome.out) == (2, "")
        assert "hunter2" not in outcome.err
        assert app.files() == before
    app.write({"environments/dev/environment.yaml": f"context: lab\nserver: {json.dumps(server)}\n"})
    for line in WORDS:
        outcome = app.run(*line.split())
        assert "hunter2" not in outcome.out + outcome.err, line
    refused = app.run("diff", "dev")
    assert "environments/dev/environment.yaml:2:9: the server has credentials" in refused.err
