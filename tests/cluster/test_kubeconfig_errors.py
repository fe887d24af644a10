"""What a user reads when a kubeconfig cannot be used: the file, the line, and what there is instead."""

import json
from pathlib import Path

import pytest

from dlctl.cluster.kubeconfig.load import load_kubeconfig
from dlctl.errors import ClusterError
from tests.cluster.kubeconfig_cases import YAML, config


def refusal(folder: Path, text: str, name: str | None = None) -> ClusterError:
    path = folder / "config"
    path.write_text(text)
    with pytest.raises(ClusterError) as caught:
        load_kubeconfig(path, {}, folder).select(name)
    return caught.value


def test_unknown_context_error_suggests_a_name(tmp_path: Path) -> None:
    error = refusal(tmp_path, YAML, "twoo")
    assert error.message == f"context 'twoo' not found in kubeconfig {tmp_path}/config"
    assert error.hint == "did you mean 'two'? contexts: one, two"


def test_no_current_context(tmp_path: Path) -> None:
    error = refusal(tmp_path, json.dumps(config(current=None)))
    assert error.message == (f"no context selected: kubeconfig {tmp_path}/config has no current-context")
    assert error.hint == "contexts: one"


def test_no_file_at_all(tmp_path: Path) -> None:
    with pytest.raises(ClusterError) as caught:
        load_kubeconfig(None, {}, tmp_path).select("one")
    assert str(tmp_path / ".kube" / "config") in caught.value.message
    assert "(does not exist)" in caught.value.message
    assert "KUBECONFIG" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (YAML.replace("cluster: c1, ", "cluster: c9, "), 7, "refers to cluster 'c9', which is not defined"),
        (YAML.replace("user: u1", "user: u9"), 7, "refers to user 'u9', which is not defined"),
        (YAML.replace("cluster: c1, ", ""), 7, "has no cluster"),
        (YAML.replace("name: two", "name: one"), 9, "already defined in line 7"),
        (YAML.replace('"0123"', "0123"), 18, "'password' must be a string, found an integer"),
        (YAML.replace("kind: Config", "kind: Pod"), 3, "this is v1 Pod, not a kubeconfig"),
        (YAML.replace("users:", "users: one\nothers:"), 17, "'users' must be a list"),
        (YAML.replace("server: https://c1.example:6443/prefix/", "more: 1"), 15, "has no server"),
        ("a: [\n", 2, "invalid kubeconfig: invalid YAML"),
    ],
)
def test_the_line_is_named(tmp_path: Path, text: str, line: int, message: str) -> None:
    error = refusal(tmp_path, text)
    assert message in error.message
    assert error.location is not None
    assert (error.location.path, error.location.line) == (str(tmp_path / "config"), line)


def test_a_pods_service_account_is_the_last_resort(tmp_path: Path) -> None:
    account = tmp_path / "account"
    account.mkdir()
    (account / "token").write_text("t")
    (account / "ca.crt").write_text("c")
    (account / "namespace").write_text("team-a\n")
    environ = {"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"}
    found = load_kubeconfig(None, environ, tmp_path, service_account=account).select()
    assert (found.name, found.server, found.namespace) == ("in-cluster", "https://[fd00::1]:443", "team-a")
    assert found.user is not None
    assert found.user.read("tokenFile") == b"t"
    assert found.cluster.read("certificate-authority") == b"c"


def test_a_kubeconfig_comes_before_the_service_account(tmp_path: Path) -> None:
    account = tmp_path / "account"
    account.mkdir()
    (account / "token").write_text("t")
    (tmp_path / "config").write_text(YAML)
    environ = {
        "KUBERNETES_SERVICE_HOST": "10.0.0.1",
        "KUBERNETES_SERVICE_PORT": "443",
        "KUBECONFIG": str(tmp_path / "config"),
    }
    assert load_kubeconfig(None, environ, tmp_path, service_account=account).select().name == "one"
