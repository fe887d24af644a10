"""`dlctl doctor`: what is installed, found and reachable."""

from pathlib import Path
from typing import Any

import pytest

from dlctl import __version__
from tests.cluster.scripted_server import Answer, Seen, scripted, status
from tests.output_schemas import checked
from tests.project import Project

KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: lab
contexts: [{name: lab, context: {cluster: lab, user: me}}]
clusters: [{name: lab, cluster: {server: "http://127.0.0.1:9"}}]
users: [{name: me, user: {}}]
"""


def found(project: Project, *words: str, code: int = 0) -> dict[tuple[str, str], Any]:
    answer = project.run("doctor", "-o", "json", *words)
    assert answer.code == code
    items = checked(answer.out, "DiagnosisList")["items"]
    return {(item["area"], item["name"]): item for item in items}


def test_without_an_app_and_without_a_kubeconfig(project: Project) -> None:
    items = found(project)
    assert __version__ in items["installed", "dlctl"]["message"]
    assert items["app", "dlctl.yaml"]["message"] == "no app here"
    assert items["contexts", "kubeconfig"]["state"] == "warning"
    assert {"git", "go", "kubectl"} == {name for area, name in items if area == "programs"}
    assert items["folders", "cache"]["message"].startswith(f"{project.environ['XDG_CACHE_HOME']}/dlctl, ")


def test_programs_that_are_not_there(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project.root))
    git = found(project)["programs", "git"]
    assert (git["state"], git["message"]) == ("warning", "not found in PATH")
    assert "pkg install" in git["hint"]


def test_contexts_that_answer_or_not(app: Project) -> None:
    Path(app.environ["KUBECONFIG"]).write_text(KUBECONFIG)
    context = found(app, "--request-timeout", "1s")["contexts", "lab"]
    assert (context["state"], "127.0.0.1:9" in context["message"]) == ("warning", True)
    assert found(app, "--offline")["contexts", "lab"]["message"] == "not asked"
    Path(app.environ["KUBECONFIG"]).write_text("contexts: 5\n")
    assert found(app)["contexts", "kubeconfig"]["state"] == "warning"


VERSION = Answer(200, {"gitVersion": "v1.36.0"})


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (status(403, "Forbidden"), ("refuses all requests of this user", "permissions are missing")),
        (Answer(404, "404 page not found"), ("is no Kubernetes API server",)),
        (VERSION, ("v1.36.0", "kube-system", "cannot be read")),
    ],
)
def test_a_server_that_does_not_tell_who_it_is(app: Project, version: Answer, words: tuple[str, ...]) -> None:
    def answer(seen: Seen) -> Answer:
        return version if seen.path == "/version" else status(403, "Forbidden")

    with scripted(answer) as server:
        Path(app.environ["KUBECONFIG"]).write_text(KUBECONFIG.replace("http://127.0.0.1:9", server.url))
        context = found(app)["contexts", "lab"]
    assert context["state"] == "warning"
    assert all(word in context["message"] for word in words), context["message"]


def test_a_kubeconfig_with_a_plugin_that_is_not_there(app: Project) -> None:
    plugin = (
        "{exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: no-login}}"
    )
    text = KUBECONFIG.replace("user: {}", f"user: {plugin}").replace("http:", "https:")
    Path(app.environ["KUBECONFIG"]).write_text(text)
    context = found(app)["contexts", "lab"]
    assert context["state"] == "warning"
    assert context["message"].startswith(f"{app.environ['KUBECONFIG']}:6:")
    assert "no-login" in context["message"]


def test_the_files_of_an_app(app: Project) -> None:
    app.write(
        {
            "environments/base/environment.yaml": "namespace: ml\n",
            "environments/dev/environment.yaml": "context: dev\nclusterId: u\n",
            "environments/broken/environment.yaml": "contxt: x\n",
            "environments/local/environment.yaml": "sandbox: box\n",
        }
    )
    more = "".join(f"{{name: {name}, context: {{cluster: lab, user: me}}}}, " for name in ("dev", "prod"))
    Path(app.environ["KUBECONFIG"]).write_text(KUBECONFIG.replace("contexts: [", f"contexts: [{more}"))
    items = found(app, "--offline", code=1)
    assert items["app", "small"]["message"].startswith("1 component in ")
    states = {name: item["state"] for (area, name), item in items.items() if area == "environments"}
    assert states == {"base": "ok", "broken": "error", "dev": "ok", "local": "ok", "prod": "warning"}
    assert "unknown field" in items["environments", "broken"]["message"]
    assert items["environments", "prod"]["hint"] == "pin it: dlctl env set prod --pin"
    app.write({"dlctl.yaml": "kind: [\n"})
    assert found(app, code=1)["app", "dlctl.yaml"]["state"] == "error"


def test_an_environment_whose_context_does_not_exist(app: Project) -> None:
    Path(app.environ["KUBECONFIG"]).write_text(KUBECONFIG)
    app.write(
        {
            "environments/dev/environment.yaml": "context: lbb\nclusterId: u\n",
            "environments/moved/environment.yaml": "context: lbb\nserver: http://127.0.0.1:9\nclusterId: u\n",
        }
    )
    items = found(app, "--offline")
    dev = items["environments", "dev"]
    assert dev["state"] == "warning"
    assert "context 'lbb' not found in kubeconfig" in dev["message"]
    assert "dlctl env set dev --context CONTEXT" in dev["hint"]
    assert items["environments", "moved"]["state"] == "ok", "another context has its server"


def test_as_a_table(app: Project) -> None:
    answer = app.run("doctor", "--offline").ok()
    assert answer.out.splitlines()[0].split() == ["AREA", "NAME", "STATE", "FOUND"]
    assert answer.err.splitlines()[-1].endswith("warning")


def test_nothing_is_changed(app: Project) -> None:
    before = app.files()
    app.run("doctor", "--offline").ok()
    assert app.files() == before
