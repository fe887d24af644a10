"""What tests of plans and deploys need: manifests in short, and a cluster that tells what it is asked."""

import copy
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlctl.cluster.protocol import Channels, Cluster, ExecQuery, Identity, LogQuery, Resource, WatchEvent
from dlctl.labels import APP, COMPONENT, ENVIRONMENT, MANAGED_BY, MANAGER, labels_of
from dlctl.manifest import JsonObject, Manifest, ref_of
from dlctl.plan.applyset import PARENT_MANAGER, PART_OF_SET, contents_of, parent_body, parent_of
from dlctl.plan.compare.prepare import prepare
from dlctl.plan.field_managers import field_managers
from dlctl.plan.model import Action, Plan, Scope, Step
from dlctl.yamlio.load import load_all

HERE = Path(__file__).parent


def scope(namespace: str, *components: str, app: str = "shop", environment: str = "test") -> Scope:
    return Scope(app, environment, namespace, frozenset(components) or None)


def manifest(
    body: Mapping[str, Any], where: Scope, component: str = "web", *, namespaced: bool = True
) -> Manifest:
    """A manifest as rendering makes it: with namespace and labels."""
    whole: dict[str, Any] = copy.deepcopy(dict(body))
    metadata = whole.setdefault("metadata", {})
    labels = {**where.labels, COMPONENT: component, MANAGED_BY: MANAGER}
    metadata["labels"] = {**(metadata.get("labels") or {}), **labels}
    if namespaced:
        metadata.setdefault("namespace", where.namespace)
    return Manifest(ref_of(whole), whole["apiVersion"], whole, component)


def config(name: str, where: Scope, component: str = "web", **data: str) -> Manifest:
    return manifest(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}, where, component
    )


def objects_in(file: str) -> list[dict[str, Any]]:
    """The YAML documents of a file beside this one."""
    path = HERE / file
    return [document.value for document in load_all(path.read_text(encoding="utf-8"), file)]


def widget_definition(group: str) -> dict[str, Any]:
    """The CRD of widgets.yaml in a group of one's own: CRDs know no namespace."""
    text = json.dumps(objects_in("widgets.yaml")[0]).replace("awkward.dlctl.dev", group)
    body: dict[str, Any] = json.loads(text)
    return body


def actions(plan: Plan) -> dict[str, Action]:
    """Kind and name to action."""
    return {f"{step.ref.kind}/{step.ref.name}": step.action for step in plan.steps}


def the_step(plan: Plan) -> Step:
    assert len(plan.steps) == 1, plan.steps
    return plan.steps[0]


@dataclass(frozen=True)
class Call:
    """One request: `verb` is get, list, watch, apply, dry-run, delete or raw."""

    verb: str
    kind: str
    name: str = ""
    namespace: str = ""
    metadata_only: bool = False


class Watched:
    """A cluster that passes every request on, keeps it, and lets a test refuse it first."""

    def __init__(self, inner: Cluster, refuse: Callable[[Call], None] = lambda call: None) -> None:
        self.inner = inner
        self.refuse = refuse
        self.calls: list[Call] = []

    def note(self, call: Call) -> None:
        self.calls.append(call)
        self.refuse(call)

    def asked(self, *verbs: str) -> list[Call]:
        return [call for call in self.calls if call.verb in verbs]

    @property
    def has_fixed_credentials(self) -> bool:
        return self.inner.has_fixed_credentials

    @property
    def context(self) -> str:
        return self.inner.context

    @property
    def server(self) -> str:
        return self.inner.server

    def identity(self, *, fresh: bool = False) -> Identity:
        return self.inner.identity(fresh=fresh)

    def version(self) -> str:
        return self.inner.version()

    def resource(self, api_version: str, kind: str) -> Resource:
        self.refuse(Call("resource", kind))
        return self.inner.resource(api_version, kind)

    def resources(self) -> tuple[Resource, ...]:
        return self.inner.resources()

    def get(self, resource: Resource, name: str, namespace: str = "") -> JsonObject:
        self.note(Call("get", resource.kind, name, namespace))
        return self.inner.get(resource, name, namespace)

    def list(
        self,
        resource: Resource,
        namespace: str = "",
        *,
        labels: str = "",
        fields: str = "",
        metadata_only: bool = False,
        page: type[Any] | None = None,
    ) -> Iterator[JsonObject]:
        self.note(Call("list", resource.kind, fields, namespace, metadata_only))
        return self.inner.list(
            resource, namespace, labels=labels, fields=fields, metadata_only=metadata_only, page=page
        )

    def apply(
        self,
        resource: Resource,
        body: JsonObject,
        *,
        dry_run: bool = False,
        force: bool = False,
        field_manager: str,
        creating: bool = False,
    ) -> JsonObject:
        ref = ref_of(body)
        self.note(Call("dry-run" if dry_run else "apply", ref.kind, ref.name, ref.namespace))
        return self.inner.apply(
            resource, body, dry_run=dry_run, force=force, field_manager=field_manager, creating=creating
        )

    def create(
        self, resource: Resource, body: JsonObject, *, dry_run: bool = False, field_manager: str
    ) -> JsonObject:
        ref = ref_of(body)
        self.note(Call("dry-run" if dry_run else "create", ref.kind, ref.name, ref.namespace))
        return self.inner.create(resource, body, dry_run=dry_run, field_manager=field_manager)

    def try_merge_patch(
        self, resource: Resource, name: str, namespace: str = "", *, patch: JsonObject
    ) -> JsonObject:
        self.note(Call("dry-run", resource.kind, name, namespace))
        return self.inner.try_merge_patch(resource, name, namespace, patch=patch)

    def rename_managers(
        self,
        resource: Resource,
        name: str,
        namespace: str = "",
        *,
        uid: str,
        earlier: Sequence[str],
        manager: str,
    ) -> None:
        self.note(Call("rename", resource.kind, name, namespace))
        self.inner.rename_managers(resource, name, namespace, uid=uid, earlier=earlier, manager=manager)

    def release(
        self,
        resource: Resource,
        name: str,
        namespace: str = "",
        *,
        uid: str,
        managers: Sequence[str],
        labels: Mapping[str, str],
        annotations: Mapping[str, str],
    ) -> None:
        self.note(Call("release", resource.kind, name, namespace))
        self.inner.release(
            resource, name, namespace, uid=uid, managers=managers, labels=labels, annotations=annotations
        )

    def delete(
        self,
        resource: Resource,
        name: str,
        namespace: str = "",
        *,
        uid: str = "",
        propagation: str = "Foreground",
        dry_run: bool = False,
    ) -> None:
        self.note(Call("delete", resource.kind, name, namespace))
        self.inner.delete(resource, name, namespace, uid=uid, propagation=propagation, dry_run=dry_run)

    def watch(
        self,
        resource: Resource,
        namespace: str = "",
        *,
        labels: str = "",
        fields: str = "",
        timeout: float = 60,
    ) -> Iterator[WatchEvent]:
        self.note(Call("watch", resource.kind, namespace=namespace))
        return self.inner.watch(resource, namespace, labels=labels, fields=fields, timeout=timeout)

    def logs(
        self,
        namespace: str,
        pod: str,
        *,
        container: str = "",
        tail: int | None = None,
        previous: bool = False,
    ) -> str:
        return self.inner.logs(namespace, pod, container=container, tail=tail, previous=previous)

    def stream_log(
        self, namespace: str, pod: str, query: LogQuery
    ) -> AbstractContextManager[Iterator[bytes]]:
        return self.inner.stream_log(namespace, pod, query)

    def execute(self, namespace: str, pod: str, query: ExecQuery) -> Channels:
        return self.inner.execute(namespace, pod, query)

    def forward(self, namespace: str, pod: str, port: int) -> Channels:
        return self.inner.forward(namespace, pod, port)

    def raw(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None) -> Any:
        self.note(Call("raw", method, path))
        return self.inner.raw(method, path, query=query, body=body)


def apply_all(cluster: Cluster, manifests: Iterable[Manifest]) -> None:
    """What an apply would leave, without one; the parent is in the namespace of the first object."""
    every = list(manifests)
    namespace = next((each.ref.namespace for each in every if each.ref.namespace), "here")
    targets = {(str(labels_of(m.body)[APP]), str(labels_of(m.body)[ENVIRONMENT])) for m in every}
    parents = {target: parent_of(*target, namespace) for target in targets}
    for each in every:
        labels = labels_of(each.body)
        target = str(labels[APP]), str(labels[ENVIRONMENT])
        body = each.body if PART_OF_SET in labels else prepare(each, parents[target].id).body
        cluster.apply(cluster.resource(*each.api_key), body, field_manager=field_managers(*target).current)
    for parent in parents.values():
        body = parent_body(parent, contents_of(each.ref for each in every))
        cluster.apply(cluster.resource("v1", "ConfigMap"), body, field_manager=PARENT_MANAGER)
