"""The same objects by `dlctl apply`, by bare PATCH requests and by kubectl, in namespaces of their own."""

import itertools
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlctl.sandbox.lifecycle.lookup import kubectl_command
from tests.benchmarks.apps import write_app, write_environment
from tests.benchmarks.helm_program import needed_helm
from tests.benchmarks.programs import DLCTL, Programs, Run
from tests.controlplane import ControlPlane

FLOOR = str(Path(__file__).with_name("apply_floor.py"))
THREADS = "4"
"""The floor was seen to be as fast with 4 threads as with 8."""


@dataclass
class Work:
    """One app, and ways to put its objects on the control plane."""

    programs: Programs
    control_plane: ControlPlane
    prefix: str
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        uid = self.control_plane.get("namespace", "kube-system")["metadata"]["uid"]
        self.cluster_id = str(uid)
        self.kubectl = kubectl_command(self.control_plane.name, home=self.control_plane.home)

    def namespace(self) -> str:
        """A fresh namespace with an environment of the same name."""
        name = f"{self.prefix}-{next(self.numbers)}"
        made = self.control_plane.kubectl("create", "namespace", name)
        assert made.returncode == 0, made.stderr
        write_environment(self.programs.folder, name, name, self.control_plane.context, self.cluster_id)
        return name

    def objects(self, namespace: str) -> list[dict[str, Any]]:
        """The objects that dlctl would apply there."""
        shown = self.programs.run(*DLCTL, "show", namespace, "-o", "json").out
        items: list[dict[str, Any]] = json.loads(shown)["items"]
        return items

    def file(self, namespace: str, kind: str) -> str:
        """A file of those objects, as `yaml` for kubectl or `json` for the floor."""
        path = self.programs.folder / f"{namespace}.{kind}"
        if kind == "yaml":
            path.write_text(self.programs.run(*DLCTL, "show", namespace).out)
        else:
            path.write_text(json.dumps(self.objects(namespace)))
        return str(path)

    def clear(self, namespace: str) -> None:
        """Remove a namespace with all that is in it, and wait until it is gone."""
        self.programs.run(*self.kubectl, "delete", "namespace", namespace, "--timeout=30m")

    def apply(self, namespace: str) -> Run:
        """`dlctl apply`."""
        return self.programs.run(*DLCTL, "apply", namespace)

    def diff(self, namespace: str) -> Run:
        """`dlctl diff`, of which nothing may differ."""
        return self.programs.run(*DLCTL, "diff", namespace)

    def floor(self, file: str, *how: str) -> Run:
        """The bare requests; `how` is what apply_floor.py takes."""
        kubeconfig = str(self.control_plane.kubeconfig)
        return self.programs.run(sys.executable, FLOOR, kubeconfig, file, THREADS, *how)

    def kubectl_apply(self, file: str) -> Run:
        """`kubectl apply --server-side`."""
        return self.programs.run(*self.kubectl, "apply", "--server-side", "-f", file)

    def kubectl_diff(self, file: str) -> Run:
        """`kubectl diff --server-side`, of which nothing may differ."""
        return self.programs.run(*self.kubectl, "diff", "--server-side", "-f", file)

    def chart(self, namespace: str) -> str:
        """A Helm chart of those objects, which has nothing to fill in."""
        folder = self.programs.folder / f"{namespace}-chart"
        (folder / "templates").mkdir(parents=True)
        (folder / "Chart.yaml").write_text("apiVersion: v2\nname: bench\nversion: 0.1.0\n")
        shown = self.programs.run(*DLCTL, "show", namespace).out
        (folder / "templates" / "objects.yaml").write_text(shown)
        return str(folder)

    def helm(self, namespace: str, chart: str) -> Run:
        """`helm upgrade --install`."""
        return self.programs.run(
            needed_helm(), "upgrade", "--install", "bench", chart, "--namespace", namespace
        )

    def new(self, how: str) -> Run:
        """All objects anew, by apply, floor, kubectl or helm, in a namespace that is removed afterwards."""
        namespace = self.namespace()
        # Written for dlctl too: what a new namespace sets off on the server has settled alike for all.
        as_json, as_yaml = self.file(namespace, "json"), self.file(namespace, "yaml")
        if how == "apply":
            run = self.apply(namespace)
        elif how == "floor":
            run = self.floor(as_json)
        elif how == "helm":
            run = self.helm(namespace, self.chart(namespace))
        else:
            run = self.kubectl_apply(as_yaml)
        self.clear(namespace)
        return run


def make_work(
    programs: Programs, control_plane: ControlPlane, kind: str, components: int, **params: object
) -> Work:
    """An app of `components` components of one prototype, `web` or `files`."""
    write_app(programs.folder, kind, components, **params)
    return Work(programs, control_plane, f"bench-{kind}-{components}")
