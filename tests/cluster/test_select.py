"""Which context an environment's destination leads to."""

import json
from pathlib import Path

import pytest

from dlctl.app.model import Destination
from dlctl.cluster.kubeconfig.load import Kubeconfig, load_kubeconfig
from dlctl.cluster.kubeconfig.select import select_context
from dlctl.errors import ClusterError
from dlctl.events import Event, Note
from tests.cluster.kubeconfig_cases import config

SERVERS = {"prod": {"server": "https://prod"}, "dev": {"server": "https://dev/"}}
CONTEXTS = {"prod-admin": ("prod", "u1"), "prod-me": ("prod", "u1"), "dev": ("dev", "u1")}


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Kubeconfig:
    path = tmp_path / "config"
    path.write_text(json.dumps(config(CONTEXTS, current="prod-me", clusters=SERVERS)))
    return load_kubeconfig(path, {}, tmp_path)


def test_by_name(kubeconfig: Kubeconfig) -> None:
    events: list[Event] = []
    selection = select_context(
        kubeconfig, Destination(context="dev", server="https://dev"), emit=events.append
    )
    assert events == []
    assert selection.name == "dev"


def test_context_with_another_server_is_taken(kubeconfig: Kubeconfig) -> None:
    events: list[Event] = []
    selection = select_context(
        kubeconfig, Destination(context="dev", server="https://moved"), emit=events.append
    )
    assert (selection.server, events) == ("https://dev", []), "the check of the identity notes it"


def test_other_context_name_for_the_same_server(kubeconfig: Kubeconfig) -> None:
    events: list[Event] = []
    selection = select_context(
        kubeconfig, Destination(context="development", server="https://dev"), emit=events.append
    )
    assert selection.name == "dev"
    assert events == [
        Note("context 'development' not found; using context 'dev', which has server https://dev")
    ]


def test_current_context_is_preferred(kubeconfig: Kubeconfig) -> None:
    selection = select_context(kubeconfig, Destination(context="production", server="https://prod"))
    assert selection.name == "prod-me"


def test_several_contexts_without_current_one_are_ambiguous(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(json.dumps(config(CONTEXTS, current="dev", clusters=SERVERS)))
    kubeconfig = load_kubeconfig(path, {}, tmp_path)
    with pytest.raises(ClusterError, match="several contexts prod-admin, prod-me") as caught:
        select_context(kubeconfig, Destination(context="production", server="https://prod"))
    assert caught.value.hint == "choose one with --context"


def test_several_clusters_with_the_server_are_ambiguous(tmp_path: Path) -> None:
    clusters = {"a": {"server": "https://x"}, "b": {"server": "https://x"}}
    path = tmp_path / "config"
    path.write_text(json.dumps(config({"a": ("a", "u1"), "b": ("b", "u1")}, clusters=clusters)))
    with pytest.raises(ClusterError, match="several clusters a, b have server https://x"):
        select_context(load_kubeconfig(path, {}, tmp_path), Destination(context="mine", server="https://x"))


def test_neither_name_nor_server(kubeconfig: Kubeconfig, tmp_path: Path) -> None:
    with pytest.raises(ClusterError) as caught:
        select_context(kubeconfig, Destination(context="prod-mee", server="https://other"))
    assert caught.value.message == f"context 'prod-mee' not found in kubeconfig {tmp_path}/config"
    assert caught.value.hint == "did you mean 'prod-me'? contexts: dev, prod-admin, prod-me"


def test_override_has_precedence(kubeconfig: Kubeconfig) -> None:
    selection = select_context(kubeconfig, Destination(context="dev", server="https://dev"), "prod-admin")
    assert selection.name == "prod-admin"


def test_a_sandbox_has_a_kubeconfig_of_its_own(kubeconfig: Kubeconfig) -> None:
    assert select_context(kubeconfig, Destination(sandbox="demo")).name == "prod-me"


def test_an_environment_without_a_cluster(kubeconfig: Kubeconfig) -> None:
    with pytest.raises(ClusterError, match="has no cluster") as caught:
        select_context(kubeconfig, Destination())
    assert "env set" in str(caught.value.hint)
