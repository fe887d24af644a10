"""Environments that share one cluster, which is reached over a network of a chosen latency."""

import contextlib
import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.benchmarks.apps import write_app, write_environment
from tests.benchmarks.programs import DLCTL, Programs, Run
from tests.controlplane import ControlPlane

PROXY = str(Path(__file__).with_name("slow_network.py"))
CONTEXT = "far"
DEPLOYMENTS, CONFIG_MAPS = 15, 15
OBJECTS = DEPLOYMENTS + CONFIG_MAPS


class Fleet:
    """An app with so many environments, each with a namespace of its own on one control plane."""

    def __init__(self, programs: Programs, control_plane: ControlPlane, environments: int) -> None:
        self.programs = programs
        self.control_plane = control_plane
        # Namespaces of an earlier benchmark may still be on their way out.
        prefix = f"many-{uuid.uuid4().hex[:6]}"
        self.names = tuple(f"{prefix}-{index:02d}" for index in range(environments))
        self._write()

    def _write(self) -> None:
        root = self.programs.folder
        write_app(root, "web", DEPLOYMENTS)
        with (root / "dlctl.yaml").open("a") as file:
            file.write(f"  texts:\n    prototype: files\n    params: {{count: {CONFIG_MAPS}}}\n")
        uid = str(self.control_plane.get("namespace", "kube-system")["metadata"]["uid"])
        for name in self.names:
            write_environment(root, name, name, CONTEXT, uid)

    @contextlib.contextmanager
    def reached_in(self, seconds: float) -> Iterator[str]:
        """Reach the cluster through a proxy, whose URL this is, with this latency for each request."""
        host, _, port = self.control_plane.server.removeprefix("https://").partition(":")
        command = [sys.executable, PROXY, host, port, str(seconds)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as proxy:
            assert proxy.stdout is not None
            server = f"https://{host}:{proxy.stdout.readline().strip()}"
            self.reach(server)
            yield server
            proxy.terminate()

    def reach(self, server: str) -> None:
        """Write a kubeconfig that leads to this server."""
        config = yaml.safe_load(self.control_plane.kubeconfig.read_text())
        config["clusters"][0]["cluster"]["server"] = server
        config["contexts"][0]["name"] = config["current-context"] = CONTEXT
        Path(self.programs.environ["KUBECONFIG"]).write_text(json.dumps(config))

    def change(self, level: str) -> None:
        """Give each environment another value for one of its ConfigMaps' parameters."""
        for name in self.names:
            text = f"components:\n  part-00000: {{memory: {level}}}\n"
            (self.programs.folder / "environments" / name / "params.yaml").write_text(text)

    def run(self, verb: str, max_parallel: int, *, codes: tuple[int, ...] = (0,)) -> Run:
        """`dlctl VERB` of all environments."""
        return self.programs.run(*DLCTL, verb, *self.names, "--max-parallel", str(max_parallel), codes=codes)

    def run_one(self, verb: str, *, codes: tuple[int, ...] = (0,)) -> Run:
        """`dlctl VERB` of the first environment."""
        return self.programs.run(*DLCTL, verb, self.names[0], codes=codes)

    def one_command_each(self, verb: str) -> Run:
        """`dlctl VERB` of each environment, one process after the other, as a loop of a shell does it."""
        runs = [self.programs.run(*DLCTL, verb, name) for name in self.names]
        return Run(sum(run.wall for run in runs), sum(run.cpu for run in runs), "")

    def clear(self) -> None:
        """Remove the namespaces."""
        self.control_plane.kubectl("delete", "namespace", *self.names, "--wait=false")
