"""An environment whose context has another server now: what is noted, and what is not advised."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.nodes.api_server import Listed, serving, write_kubeconfig
from tests.nodes.inventory.objects import node
from tests.project import Project

LAB = Listed([node("a")])
OLD = "https://old:6443"
ADVICE = "if the server has moved, store its new URL with 'dlctl env set dev --pin'"
COMMANDS = (("env", "update", "dev"), ("node", "list", "dev"), ("env", "describe", "dev"))


def environment(pin: str = LAB.uid) -> dict[str, str]:
    text = f"context: dev\nserver: {OLD}\nclusterId: {pin}\n"
    return {"environments/dev/environment.yaml": text}


@pytest.fixture
def moved(app: Project) -> Iterator[tuple[Project, str]]:
    with serving(LAB) as server:
        write_kubeconfig(Path(app.environ["KUBECONFIG"]), dev=server.url)
        app.write(environment())
        yield app, server.url


@pytest.mark.parametrize("words", COMMANDS)
def test_the_same_cluster_by_another_url_is_noted(moved: tuple[Project, str], words: tuple[str, ...]) -> None:
    app, url = moved
    answer = app.run(*words).ok()
    assert (
        f"the context of environment dev has server {url}, but the environment has {OLD}; {ADVICE}\n"
        in answer.err
    )
    assert answer.err.count("has moved") == 1


@pytest.mark.parametrize("words", COMMANDS)
def test_of_another_cluster_the_mismatch_stands_alone(
    moved: tuple[Project, str], words: tuple[str, ...]
) -> None:
    app, _ = moved
    app.write(environment("another"))
    answer = app.run(*words)
    assert "another" in answer.out + answer.err
    assert "moved" not in answer.out + answer.err


@pytest.mark.parametrize("words", [*COMMANDS, ("diff", "dev"), ("status", "dev"), ("job", "list", "dev")])
def test_of_a_wrong_url_it_is_said_where_both_are_written(app: Project, words: tuple[str, ...]) -> None:
    kubeconfig = Path(app.environ["KUBECONFIG"])
    write_kubeconfig(kubeconfig, dev="http://127.0.0.1:9")
    app.write(environment())
    answer = app.run(*words)
    said = answer.out + answer.err
    assert f"the server URL in {kubeconfig}:1; " in said
    assert f"environment dev has another server: {OLD} (environments/dev/environment.yaml:2)\n" in said


def test_of_a_wrong_url_that_is_the_same_nothing_is_said_of_another(app: Project) -> None:
    write_kubeconfig(Path(app.environ["KUBECONFIG"]), dev="http://127.0.0.1:9")
    app.write({"environments/dev/environment.yaml": "context: dev\nserver: http://127.0.0.1:9/\n"})
    answer = app.run("diff", "dev")
    assert "connection refused" in answer.err
    assert "another server" not in answer.err


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        (f"namespace: x\nserver: {OLD}\n", 2, f"no context with server {OLD}"),
        (f"server: {OLD}\ncontext: gone\n", 2, "context 'gone' not found"),
    ],
)
def test_of_a_cluster_that_no_context_has_the_place_is_said(
    app: Project, text: str, place: int, what: str
) -> None:
    write_kubeconfig(Path(app.environ["KUBECONFIG"]), dev="http://127.0.0.1:9")
    app.write({"environments/dev/environment.yaml": text})
    answer = app.run("diff", "dev")
    assert answer.err.startswith(f"Error: environments/dev/environment.yaml:{place}: {what}")


def test_pinning_does_not_advise_to_pin(moved: tuple[Project, str]) -> None:
    app, url = moved
    answer = app.run("env", "set", "dev", "--pin").ok()
    assert "moved" not in answer.err
    assert f"server: {url}\n" in app.read("environments/dev/environment.yaml")
    assert "has server" not in app.run("env", "update", "dev").ok().err


def test_a_weak_identity_is_explained(app: Project) -> None:
    with serving(replace(LAB, forbidden=["kube-system"])) as server:
        write_kubeconfig(Path(app.environ["KUBECONFIG"]), dev=server.url)
        app.write({"environments/dev/environment.yaml": f"context: dev\nclusterId: {LAB.uid}\n"})
        described = app.run("env", "describe", "dev").ok()
        refused = app.run("env", "update", "dev")
    assert "actual weak:" in described.out
    assert " (identified by server and CA only): unknown: you do not have permission" in described.out
    assert refused.code == 1
    assert "request permission to get namespace kube-system" in refused.err
    assert "--pin" not in refused.err
