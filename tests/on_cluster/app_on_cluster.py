"""An app for tests on real clusters: kubeconfig contexts, environments, and components of plain objects."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.controlplane import ControlPlane
from tests.project import Outcome, Project

Body = dict[str, Any]


def cluster_id(control_plane: ControlPlane) -> str:
    """The UID that a cluster is pinned by."""
    return _cluster_id(control_plane, control_plane.kubeconfig.read_text())


@functools.cache
def _cluster_id(control_plane: ControlPlane, kubeconfig: str) -> str:
    """Found once; another sandbox of the same name has another kubeconfig."""
    return str(control_plane.get("namespace", "kube-system")["metadata"]["uid"])


@dataclass(frozen=True)
class AppOnCluster:
    """A project whose files are written piece by piece; `run` drives dlctl on them."""

    project: Project
    control_plane: ControlPlane
    namespace: str
    components: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.project.share_stored_prototypes()

    @property
    def kubeconfig(self) -> Path:
        """The user's own kubeconfig."""
        return Path(self.project.environ["KUBECONFIG"])

    @property
    def app_id(self) -> str:
        """The id that a command gave the app; empty if it has none."""
        return str(yaml.safe_load(self.project.read("dlctl.yaml")).get("id") or "")

    def run(self, *words: str) -> Outcome:
        """`dlctl WORDS` in this process."""
        return self.project.run(*words)

    def context(self, name: str, control_plane: ControlPlane, user: str = "", **changes: Any) -> None:
        """A context in the kubeconfig; `changes` replace fields of its `cluster`, or its `account`."""
        path = control_plane.user_kubeconfig(user) if user else control_plane.kubeconfig
        own = yaml.safe_load(path.read_text())
        cluster = {**own["clusters"][0]["cluster"], **changes.get("cluster", {})}
        account = changes.get("account", own["users"][0]["user"])
        known = json.loads(self.kubeconfig.read_text()) if self.kubeconfig.exists() else {}
        entries: dict[str, Any] = {"apiVersion": "v1", "kind": "Config", "current-context": name, **known}
        for key, entry in (
            ("clusters", {"name": name, "cluster": cluster}),
            ("users", {"name": name, "user": account}),
            ("contexts", {"name": name, "context": {"cluster": name, "user": name}}),
        ):
            kept = [each for each in entries.get(key, []) if each["name"] != name]
            entries[key] = [*kept, entry]
        self.kubeconfig.write_text(json.dumps(entries, indent=1))

    def environment(
        self,
        name: str,
        *,
        pin: ControlPlane | None = None,
        context: str = "first",
        namespace: str = "",
        **more: Any,
    ) -> None:
        """Write an environment, pinned to `pin`; `more` are further keys of environment.yaml."""
        values = {"context": context, "namespace": namespace or self.namespace, **more}
        if pin is not None:
            values = {**values, "server": pin.server, "clusterId": cluster_id(pin)}
        text = yaml.safe_dump(values)
        self.project.write({f"environments/{name}/environment.yaml": text})

    def component(
        self, name: str, *bodies: Body, params: Mapping[str, Any] | None = None, **declared: Any
    ) -> None:
        """A component of these very objects; `declared` are the prototype's parameters, `params` values."""
        self.prototype(name, *bodies, **declared)
        self.components[name] = {"prototype": name, **({"params": dict(params)} if params else {})}
        self.write_app()

    def prototype(self, name: str, *bodies: Body, **declared: Any) -> None:
        """Write a prototype of these very objects."""
        folder = f"prototypes/{name}/{name}"
        prototype = {"summary": name, "description": name, "params": declared}
        self.project.write(
            {
                f"{folder}/prototype.yaml": yaml.safe_dump(prototype),
                f"{folder}/templates/objects.yaml": yaml.safe_dump_all(bodies),
            }
        )

    def template(self, name: str, text: str) -> None:
        """Let a component be rendered from this template instead of plain objects."""
        folder = f"prototypes/{name}/{name}/templates"
        (self.project.root / folder / "objects.yaml").unlink()
        self.project.write({f"{folder}/objects.yaml.j2": text})

    def without(self, name: str) -> None:
        """Take a component out of the app; what was applied stays."""
        del self.components[name]
        self.write_app()

    def write_app(self, name: str = "") -> None:
        """Write dlctl.yaml; the app is called as its namespace, so that no two tests share objects."""
        app = {
            "apiVersion": "dlctl.dev/v1",
            "kind": "App",
            "name": name or self.namespace,
            "components": self.components,
        }
        self.project.write({"dlctl.yaml": yaml.safe_dump(app)})

    def get(self, kind: str, name: str) -> Any:
        """A live object in the app's namespace."""
        return self.control_plane.get("--namespace", self.namespace, kind, name)

    def names(self, kind: str) -> list[str]:
        """The names of our live objects of a kind, sorted."""
        return names_in(self.control_plane, self.namespace, kind)

    def output(self, *arguments: str) -> str:
        """What kubectl prints in the app's namespace."""
        return self.control_plane.kubectl("--namespace", self.namespace, *arguments).stdout

    def kubectl(self, *arguments: str, body: Body | None = None) -> None:
        """Somebody else's hand in the same namespace; it must succeed."""
        text = json.dumps(body) if body is not None else None
        answer = self.control_plane.kubectl("--namespace", self.namespace, *arguments, input=text)
        assert answer.returncode == 0, answer.stderr


def names_in(control_plane: ControlPlane, namespace: str, kind: str) -> list[str]:
    """The names of a kind's objects in a namespace, but for ApplySet parents and what every namespace has."""
    items = [each["metadata"] for each in control_plane.get("--namespace", namespace, kind)["items"]]
    members = (each for each in items if "applyset.kubernetes.io/id" not in each.get("labels", {}))
    return sorted(each["name"] for each in members if each["name"] != "kube-root-ca.crt")


def config(name: str, **data: str) -> Body:
    """A ConfigMap."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data or {"a": "1"}}


def secret(name: str, **data: str) -> Body:
    """A Secret in plain text."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name},
        "stringData": data or {"password": "hunter2-hunter2"},
    }


def deployment(name: str, label: str = "", **spec: Any) -> Body:
    """A Deployment of one container; `label` tells its pods."""
    labels = {"app": label or name}
    containers = [{"name": "main", "image": "nginx:1.27"}]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
            **spec,
        },
    }


def definition(group: str, kind: str = "Widget") -> Body:
    """A CustomResourceDefinition."""
    plural = f"{kind.lower()}s"
    schema = {
        "type": "object",
        "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"kind": kind, "plural": plural, "singular": kind.lower()},
            "versions": [
                {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
            ],
        },
    }


def custom(group: str, name: str, kind: str = "Widget", **spec: Any) -> Body:
    """An object of that kind."""
    return {
        "apiVersion": f"{group}/v1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": spec or {"size": 1},
    }
