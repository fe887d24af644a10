"""Nothing is written to a cluster that is not the one an environment means."""

import pytest

from tests.cli.test_exit_codes import on_terminal
from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster, cluster_id, config, names_in
from tests.output_schemas import checked

pytestmark = pytest.mark.controlplane


@pytest.fixture
def web(cluster_app: AppOnCluster) -> AppOnCluster:
    cluster_app.component("web", config("page"))
    return cluster_app


@pytest.fixture
def astray(web: AppOnCluster, second_control_plane: ControlPlane) -> AppOnCluster:
    """The context `first` leads to the second cluster now."""
    web.context("first", second_control_plane)
    return web


def test_apply_refuses_another_cluster_with_the_same_context(
    astray: AppOnCluster, control_plane: ControlPlane, second_control_plane: ControlPlane
) -> None:
    for words in (("apply", "dev"), ("apply", "dev", "--yes"), ("delete", "dev", "--yes")):
        answer = astray.run(*words)
        assert answer.code == 1
        assert cluster_id(control_plane) in answer.err
        assert cluster_id(second_control_plane) in answer.err
        assert second_control_plane.server in answer.err
    namespaces = second_control_plane.get("namespaces")["items"]
    assert astray.namespace not in [each["metadata"]["name"] for each in namespaces]


def test_reads_of_another_cluster_warn(astray: AppOnCluster, second_control_plane: ControlPlane) -> None:
    pinned = cluster_id(astray.control_plane)
    dry = (("apply", "dev", "--dry-run"), ("delete", "dev", "--dry-run"))
    for words in (("diff", "dev"), ("status", "dev"), *dry):
        answer = astray.run(*words)
        assert answer.code in ((2,) if words[0] == "diff" else (0, 1)), "2: apply would be refused"
        assert f"warning: environment dev is pinned to cluster {pinned}" in answer.err
        assert second_control_plane.server in answer.err


@pytest.mark.parametrize(
    ("words", "kind", "code"),
    [
        (("status", "dev"), "StatusList", 0),
        (("status", "dev", "--drift"), "DriftList", 0),
        (("diff", "dev"), "PlanList", 2),
    ],
)
def test_json_of_another_cluster_says_so(
    astray: AppOnCluster, second_control_plane: ControlPlane, words: tuple[str, ...], kind: str, code: int
) -> None:
    answer = astray.run(*words, "-o", "json")
    assert answer.code == code
    found = checked(answer.out, kind)
    assert [each["scope"]["environment"] for each in found["items"]] == ["dev"]
    (error,) = found["errors"]
    assert error["code"] == "plan"
    assert cluster_id(astray.control_plane) in error["message"]
    assert cluster_id(second_control_plane) in error["message"]
    assert "dlctl env describe dev" in error["hint"]


def test_identity_override_writes_and_warns(astray: AppOnCluster, second_control_plane: ControlPlane) -> None:
    answer = astray.run("apply", "dev", "--dangerously-skip-identity-check").ok()
    assert "warning: environment dev is pinned to cluster" in answer.err
    assert names_in(second_control_plane, astray.namespace, "configmap") == ["page"]
    second_control_plane.kubectl("delete", "namespace", astray.namespace, "--wait=false")


def test_context_option_does_not_bypass_the_pin(
    web: AppOnCluster, second_control_plane: ControlPlane
) -> None:
    web.context("second", second_control_plane)
    answer = web.run("apply", "dev", "--context", "second")
    assert answer.code == 1
    assert cluster_id(second_control_plane) in answer.err
    web.run("apply", "dev", "--context", "first").ok()


def test_apply_refuses_unpinned_cluster(web: AppOnCluster, control_plane: ControlPlane) -> None:
    web.environment("dev")
    (error,) = checked(web.run("diff", "dev", "-o", "json").out, "PlanList")["errors"]
    assert error["message"].startswith("environment dev is not pinned")
    refused = web.run("diff", "dev")
    assert (refused.code, "dev: an apply would be refused: environment dev is not pinned" in refused.err) == (
        2,
        True,
    )
    assert web.run("diff", "dev", "--save", "p.plan").code == 2
    assert not (web.project.root / "p.plan").exists()
    for words in (("apply", "dev", "--yes"), ("delete", "dev", "--yes")):
        refused = web.run(*words)
        assert refused.code == 1
        assert "dlctl env set dev --pin" in refused.err
        assert control_plane.server in refused.err
    assert "clusterId" not in web.project.read("environments/dev/environment.yaml")

    pinned = web.run("env", "set", "dev", "--pin").ok()
    assert cluster_id(control_plane) in pinned.err
    web.run("apply", "dev").ok()
    assert web.names("configmap") == ["page"]


def test_context_with_another_name_for_the_same_server(
    web: AppOnCluster, control_plane: ControlPlane
) -> None:
    web.kubeconfig.unlink()
    web.context("mine", control_plane)
    answer = web.run("apply", "dev").ok()
    assert answer.err.count("note: context 'first' not found; using context 'mine'") == 1
    assert web.names("configmap") == ["page"]


def test_changed_server_url_of_the_same_cluster_is_a_note(
    web: AppOnCluster, control_plane: ControlPlane
) -> None:
    moved = control_plane.server.replace("127.0.0.1", "localhost")
    web.context("first", control_plane, cluster={"server": moved})
    answer = web.run("apply", "dev").ok()
    assert f"has server {moved}" in answer.err


@pytest.fixture
def weak(web: AppOnCluster, control_plane: ControlPlane) -> AppOnCluster:
    """A user who may not read kube-system has added the environment `theirs`."""
    web.context("limited", control_plane, user="nobody")
    web.run("env", "add", "theirs", "--context", "limited", "--namespace", web.namespace).ok()
    return web


def test_pin_is_weak_without_access_to_kube_system(weak: AppOnCluster) -> None:
    text = weak.project.read("environments/theirs/environment.yaml")
    assert "clusterId: weak:" in text.replace('"', "").replace("'", "")
    described = weak.run("env", "describe", "theirs").ok()
    assert "weak" in described.out
    answer = weak.run("diff", "theirs")
    assert "pinned by server and CA only" in answer.err


def test_weak_pin_refuses_another_cluster(weak: AppOnCluster, second_control_plane: ControlPlane) -> None:
    weak.context("limited", second_control_plane, user="nobody")
    answer = weak.run("apply", "theirs")
    assert answer.code == 1
    assert "pinned to cluster weak:" in answer.err


def test_strong_pin_without_access_to_kube_system_is_refused(
    web: AppOnCluster, control_plane: ControlPlane
) -> None:
    web.context("first", control_plane, user="nobody")
    answer = web.run("apply", "dev")
    assert answer.code == 1
    assert "you do not have permission to read namespace kube-system" in answer.err


def test_weak_pin_with_access_to_kube_system_is_refused(
    weak: AppOnCluster, control_plane: ControlPlane
) -> None:
    weak.context("limited", control_plane)
    answer = weak.run("apply", "theirs")
    assert answer.code == 1
    assert "dlctl env set theirs --pin" in answer.err
    weak.run("env", "set", "theirs", "--pin").ok()
    weak.run("apply", "theirs").ok()


def test_weak_pin_is_asked_for_where_the_server_is_another(
    weak: AppOnCluster, second_control_plane: ControlPlane
) -> None:
    weak.context("limited", second_control_plane)
    refused = weak.run("env", "set", "theirs", "--pin", "--yes")
    assert refused.code == 2
    assert "environment theirs is pinned to cluster weak:" in refused.err


def test_pinning_another_cluster_is_asked_for(
    astray: AppOnCluster, control_plane: ControlPlane, second_control_plane: ControlPlane
) -> None:
    """`--yes` answers whether, and never to which cluster."""
    old, new = cluster_id(control_plane), cluster_id(second_control_plane)
    for words in ((), ("--yes",)):
        refused = astray.run("env", "set", "dev", "--pin", *words)
        assert refused.code == 2
        assert f"environment dev is pinned to cluster {old}, but cluster {new} answers" in refused.err
        assert f"dlctl env set dev --pin --cluster-id {new}" in refused.err
    wrong = astray.run("env", "set", "dev", "--pin", "--cluster-id", old)
    assert (wrong.code, f"is {new}, not {old}; nothing was changed" in wrong.err) == (1, True)
    assert astray.run("env", "describe", "dev", "--offline", "-o", "json").json["clusterId"] == old
    answer = astray.run("env", "set", "dev", "--pin", "--cluster-id", new).ok()
    assert f"pin changed from {old} to {new}" in answer.err


def test_another_context_does_not_take_the_pin_along(
    astray: AppOnCluster, control_plane: ControlPlane, second_control_plane: ControlPlane
) -> None:
    """Whatever context is stated, even the one that is there: which cluster is meant is asked for."""
    old, new = cluster_id(control_plane), cluster_id(second_control_plane)
    file = "environments/dev/environment.yaml"
    astray.context("good", control_plane)
    for context in ("first", "good"):
        refused = astray.run("env", "set", "dev", "--context", context, "--pin")
        assert refused.code == (2 if context == "first" else 0), refused.err
    assert f"pinned to cluster {old} at" in refused.err
    assert "context: good\n" in astray.project.read(file)
    kept = astray.run("env", "set", "dev", "--context", "first").ok()
    assert f"environment dev stays pinned to cluster {old}" in kept.err
    assert astray.run("apply", "dev", "--yes").code == 1
    refused = astray.run("env", "set", "dev", "--pin", "--context", "first")
    assert f"dlctl env set dev --context first --pin --cluster-id {new}" in refused.err
    astray.run("env", "set", "dev", "--context", "good").ok()
    astray.run("apply", "dev", "--yes").ok()


def test_a_lost_pin_and_another_server_are_asked_for(
    astray: AppOnCluster, control_plane: ControlPlane, second_control_plane: ControlPlane
) -> None:
    """A bad merge lost the ID; the server that was recorded with it is still there."""
    file = "environments/dev/environment.yaml"
    lines = astray.project.read(file).splitlines(keepends=True)
    lost = [line for line in lines if not line.startswith(("clusterId", "server"))]
    astray.project.write({file: "".join((*lost, f"server: {control_plane.server}\n"))})
    refused = astray.run("apply", "dev", "--yes")
    assert f"and it has another server: {control_plane.server}" in refused.err
    pin = astray.run("env", "set", "dev", "--pin", "--yes")
    assert (pin.code, f"its context points to {second_control_plane.server}" in pin.err) == (2, True)


def test_who_may_not_read_the_id_does_not_replace_it(web: AppOnCluster, control_plane: ControlPlane) -> None:
    web.context("first", control_plane, user="nobody")
    refused = web.run("env", "set", "dev", "--pin", "--yes")
    assert (refused.code, "weak:" in refused.err) == (1, False)
    assert (
        "you do not have permission to read namespace kube-system there; nothing was changed" in refused.err
    )


def test_pinning_another_cluster_on_a_terminal(
    astray: AppOnCluster, second_control_plane: ControlPlane
) -> None:
    new = cluster_id(second_control_plane)
    code, text = on_terminal(astray.project, b"n\n", "env", "set", "dev", "--pin", "--yes")
    assert (code, f"cluster {new} answers" in " ".join(text.split())) == (1, True)
    code, _ = on_terminal(astray.project, b"y\n", "env", "set", "dev", "--pin")
    assert code == 0
    assert astray.run("env", "describe", "dev", "--offline", "-o", "json").json["clusterId"] == new


def test_env_add_with_unreachable_cluster(web: AppOnCluster, control_plane: ControlPlane) -> None:
    nowhere = {"server": "https://127.0.0.1:1"}
    web.context("dead", control_plane, cluster=nowhere)
    answer = web.run("env", "add", "far", "--context", "dead", "--namespace", "x").ok()
    assert "not pinned" in answer.err
    assert "dlctl env set far --pin" in answer.err
    assert web.run("env", "add", "far2", "--context", "dead", "--require-cluster").code == 1
    assert not (web.project.root / "environments/far2").exists()


def test_stopped_sandbox_error_names_up_command(web: AppOnCluster) -> None:
    web.project.write({"environments/local/environment.yaml": "sandbox: nobody-started-me\nnamespace: x\n"})
    for words in (("apply", "local"), ("diff", "local"), ("status", "local"), ("delete", "local", "--yes")):
        answer = web.run(*words)
        assert answer.code != 0
        assert "dlctl sandbox up nobody-started-me" in answer.err


def test_a_sandbox_needs_no_pin(
    web: AppOnCluster, control_plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DLCTL_SANDBOX_HOME", str(control_plane.home.state))
    text = f"sandbox: {control_plane.name}\nnamespace: {web.namespace}\n"
    web.project.write({"environments/local/environment.yaml": text})
    web.kubeconfig.unlink()
    web.run("apply", "local").ok()
    assert web.names("configmap") == ["page"]
    refused = web.run("apply", "local", "--context", "first")
    assert refused.code == 2
    assert "sandbox" in refused.err
