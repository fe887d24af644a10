"""`dlctl sandbox kubectl`, `kubeconfig` and `list`: the way to a running sandbox."""

import json

import pytest

from tests.controlplane import ControlPlane
from tests.output_schemas import checked
from tests.sandbox.conftest import CommandLine

pytestmark = pytest.mark.controlplane


@pytest.fixture
def commands(sandbox: CommandLine, control_plane: ControlPlane) -> CommandLine:
    """The command line on the session's control plane, which outlives the test."""
    environ = {"DLCTL_SANDBOX_HOME": str(control_plane.home.state)}
    return CommandLine(sandbox.root, environ)


def test_up_of_a_running_sandbox_changes_nothing(commands: CommandLine, control_plane: ControlPlane) -> None:
    folder = commands.home.state / control_plane.name
    state, kubeconfig = (folder / "sandbox.json").read_text(), control_plane.kubeconfig.read_text()

    again = commands("up", control_plane.name)

    assert again.returncode == 0
    assert f"Sandbox '{control_plane.name}' is already running" in again.stderr
    assert (folder / "sandbox.json").read_text() == state
    assert control_plane.kubeconfig.read_text() == kubeconfig


def test_sandbox_files_are_private(commands: CommandLine, control_plane: ControlPlane) -> None:
    folder = commands.home.state / control_plane.name

    assert folder.stat().st_mode & 0o077 == 0
    files = [path for path in folder.rglob("*") if path.is_file() and "etcd" not in path.parts]
    assert len(files) > 20
    assert [path for path in files if path.stat().st_mode & 0o077] == []


def test_arguments_are_passed_to_kubectl_unchanged(
    commands: CommandLine, control_plane: ControlPlane
) -> None:
    name = control_plane.name

    assert "Usage:\n  kubectl get" in commands.ok("kubectl", name, "get", "--help")
    assert commands.ok("kubectl", name, "get", "ns", "kube-system", "-o=name") == "namespace/kube-system\n"
    assert commands.ok("kubectl", name, "config", "current-context") == f"dlctl-{name}\n"
    assert "unknown flag: --nodes" in commands("kubectl", name, "version", "--nodes", "3").stderr


def test_the_exit_code_is_kubectls_own(commands: CommandLine, control_plane: ControlPlane) -> None:
    answer = commands("kubectl", control_plane.name, "get", "pods", "absent")
    assert answer.returncode == 1
    assert answer.stderr.startswith("Error from server (NotFound)")

    missing = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "new"}}
    (commands.root / "new.json").write_text(json.dumps(missing))
    environ = {**commands.environ, "KUBECTL_EXTERNAL_DIFF": "false"}
    differing = CommandLine(commands.root, environ)("kubectl", control_plane.name, "diff", "-f", "new.json")
    assert differing.returncode == 1


def test_kubectl_and_server_have_the_same_version(commands: CommandLine, control_plane: ControlPlane) -> None:
    versions = json.loads(commands.ok("kubectl", control_plane.name, "version", "-o", "json"))

    assert versions["clientVersion"]["gitVersion"] == versions["serverVersion"]["gitVersion"]


def test_kubeconfig_prints_the_file_or_its_path(commands: CommandLine, control_plane: ControlPlane) -> None:
    path = commands.ok("kubeconfig", control_plane.name, "--path").strip()
    assert path == str(control_plane.kubeconfig)
    assert commands.ok("kubeconfig", control_plane.name) == control_plane.kubeconfig.read_text()

    viewer = commands.ok("kubeconfig", control_plane.name, "--path", "--user", "viewer").strip()
    whoami = control_plane.kubectl("--kubeconfig", viewer, "auth", "whoami", "-o", "json")
    assert json.loads(whoami.stdout)["status"]["userInfo"]["username"] == "viewer"


def test_list_says_what_runs_where(commands: CommandLine, control_plane: ControlPlane) -> None:
    listed = checked(commands.ok("list", "-o", "json"), "SandboxList")

    (item,) = [item for item in listed["items"] if item["name"] == control_plane.name]
    assert item["status"] == "running"
    assert item["server"] == control_plane.server
    assert item["context"] == f"dlctl-{control_plane.name}"
    assert item["kubeconfig"] == str(control_plane.kubeconfig)

    heading, *rows = commands.ok("list").splitlines()
    assert heading.split() == ["NAME", "STATUS", "CONTEXT", "SERVER"]
    assert [control_plane.name, "running", item["context"], item["server"]] in [row.split() for row in rows]


def test_commands_without_a_sandbox_name_the_up_command(sandbox: CommandLine) -> None:
    for command in (("kubeconfig",), ("kubectl", "sandbox", "get", "pods")):
        answer = sandbox(*command)
        assert answer.returncode == 1
        assert (
            answer.stderr
            == "Error: sandbox 'sandbox' not found\n  start it with 'dlctl sandbox up sandbox'\n"
        )
    empty = sandbox("list")
    assert (empty.returncode, empty.stdout) == (0, "")
    assert empty.stderr == "no sandboxes; start one with 'dlctl sandbox up'\n"


@pytest.mark.parametrize("name", ["../up", "Upper", "a/b", ".", "-", "x" * 41])
def test_name_cannot_be_a_path(sandbox: CommandLine, name: str) -> None:
    answer = sandbox("up", "--", name)

    assert answer.returncode == 1
    assert "is not a valid name for a sandbox" in answer.stderr
