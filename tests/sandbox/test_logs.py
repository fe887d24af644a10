"""Logs, exec and port-forward of simulated pods, seen with the sandbox's own kubectl."""

import contextlib
import json
import re
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from dlctl.sandbox.lifecycle.lookup import kubectl_command
from tests.controlplane import ControlPlane, Namespace
from tests.sandbox.conftest import CommandLine
from tests.sandbox.story_pods import Json, create, ok, pod, rank, wait
from tests.terminal import on_terminal

pytestmark = pytest.mark.controlplane
LOSS = re.compile(r"\[rank 0\] step ([0-9]+) loss ([0-9.]+)")


def test_logs_grow_while_a_pod_runs_and_end_with_it(namespace: Namespace) -> None:
    create(
        namespace,
        [
            pod("first", "fail@6s:42", env=rank(0)),
            pod("second", "fail@1s", env=rank(1)),
            pod("loop", "crash-loop", restart="Always"),
            pod("hang", "hang"),
            pod("killed", "oom@2s"),
            pod("no-image", "image-pull-error"),
        ],
    )
    wait(namespace, "pod/first", "condition=Ready")
    early = ok(namespace, "logs", "first")
    followed = ok(namespace, "logs", "-f", "first")

    assert early.startswith("[rank 0] starting example.test/a:1\n")
    assert "Traceback" not in early
    assert followed.startswith(early)
    steps = [(int(step), float(loss)) for step, loss in LOSS.findall(followed)]
    assert [step for step, _ in steps] == list(range(1, len(steps) + 1))
    assert len(steps) >= 5
    assert [loss for _, loss in steps] == sorted({loss for _, loss in steps}, reverse=True)
    assert followed.endswith("RuntimeError: simulated failure, exit code 42\n")
    assert "Traceback (most recent call last):" in followed
    assert ok(namespace, "logs", "first") == followed
    stamped = ok(namespace, "logs", "first", "--tail=1", "--timestamps")
    assert re.fullmatch(r"[0-9-]+T[0-9:.]+Z RuntimeError: simulated failure, exit code 42\n", stamped)

    assert "[Rank 1] Watchdog caught collective operation timeout" in ok(namespace, "logs", "second")
    wait(namespace, "pod/loop", ".status.containerStatuses[0].restartCount=1")
    assert "exit code 1\n" in ok(namespace, "logs", "--previous", "loop")
    never = namespace.kubectl("logs", "--previous", "first")
    assert 'previous terminated container "main" in pod "first" not found' in never.stderr
    wait(namespace, "pod/killed", ".status.phase=Failed")
    assert ok(namespace, "logs", "killed", "--tail=1").startswith("step ")
    waiting = namespace.kubectl("logs", "no-image").stderr
    assert 'container "main" in pod "no-image" is waiting to start: trying and failing to pull' in waiting
    silent = ok(namespace, "logs", "hang")
    assert silent.endswith("step 5 loss 2.3368\n")
    assert ok(namespace, "logs", "hang") == silent


def test_exec_runs_a_fixed_set_of_commands_and_nothing_of_this_machine(
    namespace: Namespace, tmp_path: Path
) -> None:
    gpus: Json = {"resources": {"limits": {"nvidia.com/gpu": 2}}}
    gpu_pod = pod("gpu", restart="Always", **gpus)
    gpu_pod["spec"]["tolerations"] = [{"operator": "Exists"}]
    create(namespace, [gpu_pod, pod("ended", "succeed@1s")])
    wait(namespace, "pod/gpu", "condition=Ready")

    script = "echo 'a  b'; hostname && false || exit 7; echo never"
    ended = namespace.kubectl("exec", "gpu", "--", "sh", "-c", script)
    assert (ended.stdout, "exit code 7" in ended.stderr) == ("a  b\ngpu\n", True)
    assert ended.returncode == 7
    assert ok(namespace, "exec", "-i", "gpu", "--", "cat", input="given\n") == "given\n"
    assert ok(namespace, "exec", "-i", "gpu", "--", "sh", input="echo one\necho two\n") == "one\ntwo\n"
    assert ok(namespace, "exec", "gpu", "--", "nvidia-smi", "-L").count("GPU ") == 2
    command = [*kubectl(namespace), "exec", "-it", "gpu", "--", "sh"]
    shown = on_terminal(command, cwd=tmp_path, environ={}, columns=80, typed="hostname\nexit 5\n")
    assert (shown.code, "gpu" in shown.lines) == (5, True)

    file = tmp_path / "made"
    for command in ([f"touch {file}"], [f"echo x > {file}"], ["cat /etc/passwd"], ["/bin/ls /"]):
        answer = namespace.kubectl("exec", "gpu", "--", "sh", "-c", *command)
        assert "root:" not in answer.stdout
        assert not file.exists()
    assert namespace.kubectl("exec", "gpu", "--", "/usr/bin/touch", str(file)).returncode == 127
    assert not file.exists()
    wait(namespace, "pod/ended", ".status.phase=Succeeded")
    assert "completed pod" in namespace.kubectl("exec", "ended", "--", "true").stderr


def test_port_forward_reaches_health_checks_of_pods_and_services(namespace: Namespace) -> None:
    port: Json = {"ports": [{"containerPort": 8080, "name": "http"}]}
    spec = {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}]}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec}
    create(namespace, [pod("web", restart="Always", **port), service, pod("slow", "slow-start@600s", **port)])
    wait(namespace, "pod/web", "condition=Ready")
    wait(namespace, "pod/slow", ".status.phase=Running")

    with forwarded(namespace, "pod/web", "8080") as url:
        assert fetch(url) == (200, f"ok: pod {namespace.name}/web, port 8080\n")
        assert fetch(f"{url}/v1/models")[0] == 200
    with forwarded(namespace, "service/web", "80") as url:
        assert fetch(url) == (200, f"ok: pod {namespace.name}/web, port 8080\n")
    with forwarded(namespace, "pod/slow", "8080") as url:
        assert fetch(url) == (503, "not ready\n")
    with forwarded(namespace, "pod/web", "9999") as url:  # noqa: SIM117
        with pytest.raises(OSError, match=r"closed|reset|refused"):
            fetch(url)


def answered(command: Callable[[], subprocess.CompletedProcess[str]]) -> str:
    """The output of a command that may fail until a program listens."""
    for _ in range(20):
        if (answer := command()).returncode == 0:
            return answer.stdout
        time.sleep(0.5)
    raise AssertionError(answer.stderr)


def kubectl(namespace: Namespace) -> list[str]:
    """The start of a command line that works in this namespace."""
    started = namespace.control_plane
    command = kubectl_command(started.name, home=started.home)
    return [*command, "--kubeconfig", str(started.kubeconfig), "--namespace", namespace.name]


@contextlib.contextmanager
def forwarded(namespace: Namespace, target: str, port: str) -> Iterator[str]:
    """The URL at which `kubectl port-forward` listens."""
    command = [*kubectl(namespace), "port-forward", target, f":{port}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://{process.stdout.readline().split()[2]}"
        finally:
            process.terminate()


def fetch(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_only_the_sandbox_itself_can_use_its_kubelet(control_plane: ControlPlane) -> None:
    (node, *_) = control_plane.get("nodes")["items"]
    port = node["status"]["daemonEndpoints"]["kubeletEndpoint"]["Port"]
    anyone = ssl.create_default_context(
        cafile=str(control_plane.home.folder(control_plane.name).pki / "ca.crt")
    )

    with pytest.raises(OSError, match="certificate required"):
        urllib.request.urlopen(f"https://localhost:{port}/exec/a/b/c", timeout=20, context=anyone)


def test_sandbox_works_without_its_kubelet_and_the_next_up_starts_it(sandbox: CommandLine) -> None:
    sandbox.ok("up", "--storage-class", "fast")
    sandbox.ok("kubectl", "sandbox", "run", "a", "--image=example.test/a:1")
    sandbox.ok("kubectl", "sandbox", "wait", "--for=condition=Ready", "pod/a", "--timeout=60s")
    before = sandbox.ok("kubectl", "sandbox", "logs", "a")
    sandbox.program("kubelet").kill()
    (provisioner,) = [each for each in sandbox.processes() if "dlctl.sandbox.claims" in each.cmdline()]
    provisioner.kill()
    psutil.wait_procs([provisioner], timeout=10)

    assert "running (kubelet, provisioner ended)" in sandbox.ok("list")
    (item,) = json.loads(sandbox.ok("list", "-o", "json"))["items"]
    assert (item["status"], item["dead"]) == ("running", ["kubelet", "provisioner"])
    assert sandbox.ok("kubectl", "sandbox", "get", "pod", "a", "-o", "name") == "pod/a\n"
    assert sandbox("kubectl", "sandbox", "logs", "a").returncode == 1

    again = sandbox("up", "--kinds", "TFJob").stderr
    assert "kubelet of sandbox 'sandbox' had ended; it was started again" in again
    assert "provisioner of sandbox 'sandbox' had ended; it was started again" in again
    assert answered(lambda: sandbox("kubectl", "sandbox", "logs", "a")).startswith(before)
    assert "ended" not in sandbox.ok("list")
    sandbox.ok("down")
    assert sandbox.processes() == []
    assert sandbox.files() == []
