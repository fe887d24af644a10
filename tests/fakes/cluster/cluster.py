"""A `Cluster` that lives in memory: for tests of what plans and deploys, and of no more than that.

It passes the same contract suite as a real API server (tests/cluster/contract.py). What it leaves
out: schemas and defaults, admission, controllers, and everything that takes time.
"""

import contextlib
import copy
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import msgspec

from dlctl.cluster.protocol import Channels, ExecQuery, Identity, LogQuery, Resource, WatchEvent
from dlctl.errors import AlreadyExists, Conflict, FieldConflict, NotFound, UnknownKind
from dlctl.kinds import DEFINITION, NAMESPACE
from dlctl.manifest import JsonObject, ObjectRef
from dlctl.params.merge import merge_patch
from tests.fakes.cluster import rules
from tests.fakes.cluster.kinds import builtin_resources, crd_resources
from tests.fakes.cluster.selectors import Test, field_test, label_test
from tests.fakes.cluster.server_side_apply import apply_to, rename, update_to
from tests.fakes.cluster.store import Store, Stored, shown

_SYSTEM_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")


def _in_page(body: JsonObject, page: type[Any]) -> JsonObject:
    """An object as an item of a page with this type; whole where it has another shape."""
    try:
        (item,) = msgspec.convert({"metadata": {}, "items": [body]}, page)["items"]
    except msgspec.ValidationError:
        return body
    return {**item, "apiVersion": body["apiVersion"], "kind": body["kind"]}


class MemoryCluster:
    """An API server without a server; see the `Cluster` protocol.

    `put` and `set_log` do what others than dlctl do to a cluster.
    """

    def __init__(
        self,
        context: str = "memory",
        server: str = "https://memory.invalid",
        *,
        namespaces: Iterable[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._context = context
        self._server = server
        self._clock = clock
        self._lock = threading.RLock()
        self._store = Store()
        self._resources = {each.api_key: each for each in builtin_resources()}
        self._logs: dict[tuple[str, str, str], str] = {}
        for name in (*_SYSTEM_NAMESPACES, *namespaces):
            self.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, manager="")

    @property
    def has_fixed_credentials(self) -> bool:
        return True

    @property
    def context(self) -> str:
        """The name given at the start."""
        return self._context

    @property
    def server(self) -> str:
        """The URL given at the start; nothing listens there."""
        return self._server

    def identity(self, *, fresh: bool = False) -> Identity:
        """The UID of its namespace kube-system."""
        namespace = self.get(self.resource("v1", "Namespace"), "kube-system")
        return Identity(namespace["metadata"]["uid"], self._server)

    def version(self) -> str:
        """A version that a server of today could have."""
        return "v1.36.0"

    def resource(self, api_version: str, kind: str) -> Resource:
        """The REST resource of a kind; UnknownKind until its CRD is applied."""
        try:
            return self._resources[api_version, kind]
        except KeyError:
            raise UnknownKind(f"the cluster does not serve {kind} in {api_version}") from None

    def resources(self) -> tuple[Resource, ...]:
        """All that is served."""
        return tuple(sorted(self._resources.values(), key=lambda each: (each.group, each.version, each.kind)))

    def get(self, resource: Resource, name: str, namespace: str = "") -> JsonObject:
        """A copy of one object."""
        return shown(self._stored(resource, name, namespace), resource.api_version)

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
        """Copies of the objects that fit; of a `page` with a type only the fields that it has."""
        fits = _test(labels, fields)
        for body in self._store.of(self._served(resource), namespace):
            if fits(body):
                kept = {key: body[key] for key in ("apiVersion", "kind", "metadata")}
                found = kept if metadata_only else body
                yield found if page is None else _in_page(found, page)

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
        """Server-side apply, by the rules of `server_side_apply`."""
        with self._lock:
            ref = self._ref(self._served(resource), body)
            body = rules.without_uid(ref, body, self._store.find(ref))
            rules.check(resource, body)
            live = self._store.find(ref)
            if live is None:
                self._check_namespace(ref)
            before = live.body if live else rules.complete(ref, {"metadata": {}}, None)
            owners = live.managers if live else {}
            typed = _is_typed(resource)
            merged = apply_to(before, owners, body, field_manager, force=force, typed=typed)
            if merged.conflicts:
                raise _conflict(ref, merged.conflicts)
            stored = Stored(
                rules.finished(resource, merged.body, live.body if live else None), merged.managers
            )
            if live is not None:
                rules.check_change(resource, live.body, stored.body)
            if not dry_run and stored != live:
                stored = self._keep(ref, stored)
            others = {name for name, _ in stored.managers} - {field_manager}
            if creating and live is not None and others:
                raise AlreadyExists(f"apply {ref}: the object already exists", sorted(others))
            return shown(stored, resource.api_version)

    def create(
        self, resource: Resource, body: JsonObject, *, dry_run: bool = False, field_manager: str
    ) -> JsonObject:
        """The object, if there is none; the manager's entry is that of an update."""
        with self._lock:
            ref = self._ref(self._served(resource), body)
            if self._store.find(ref) is not None:
                raise AlreadyExists(f"create {ref}: the object already exists", ())
            # not self.apply: subclasses count applies
            tried = MemoryCluster.apply(self, resource, body, dry_run=True, field_manager=field_manager)
            return tried if dry_run else MemoryCluster.put(self, body, manager=field_manager)

    def try_merge_patch(
        self, resource: Resource, name: str, namespace: str = "", *, patch: JsonObject
    ) -> JsonObject:
        """The object with the patch; nothing is kept."""
        with self._lock:
            stored = self._stored(resource, name, namespace)
            changed = Stored(merge_patch(stored.body, patch), stored.managers)
            rules.check_change(resource, stored.body, changed.body)
            return shown(changed, resource.api_version)

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
        """Give what the appliers `earlier` own to `manager`."""
        with self._lock:
            stored = self._stored(resource, name, namespace)
            if stored.body["metadata"]["uid"] != uid:
                raise NotFound(f"{resource.kind} {name}: there is another object of this name")
            renamed = rename(stored.managers, earlier, manager)
            if renamed != stored.managers:
                self._keep(_ref(resource, name, namespace), Stored(stored.body, renamed))

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
        """Without what has these values, and without what these managers applied."""
        with self._lock:
            stored = self._stored(resource, name, namespace)
            if stored.body["metadata"]["uid"] != uid:
                raise NotFound(f"{resource.kind} {name}: there is another object of this name")
            body = copy.deepcopy(dict(stored.body))
            for field, stated in (("labels", labels), ("annotations", annotations)):
                found = body["metadata"].get(field) or {}
                for key in [key for key, value in stated.items() if found.get(key) == value]:
                    del found[key]
            kept = {owner: fields for owner, fields in stored.managers.items() if owner[0] not in managers}
            self._keep(_ref(resource, name, namespace), Stored(body, kept))

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
        """Delete an object, and with it what it owns unless `propagation` is Orphan.

        An object with finalizers stays, marked as being deleted.
        """
        with self._lock:
            stored = self._stored(resource, name, namespace)
            found = stored.body["metadata"]["uid"]
            if uid and uid != found:
                raise Conflict(
                    f"delete {resource.kind} {name}: the UID in the precondition ({uid}) "
                    f"does not match the UID in record ({found})"
                )
            if not dry_run:
                self._remove(_ref(resource, name, namespace), stored, propagation)

    def watch(
        self,
        resource: Resource,
        namespace: str = "",
        *,
        labels: str = "",
        fields: str = "",
        timeout: float = 60,
    ) -> Iterator[WatchEvent]:
        """The objects as they are, then their changes."""
        deadline = self._clock() + timeout
        fits = _test(labels, fields)
        with self._store.changed:
            position = len(self._store.log)
            current = tuple(self.list(resource, namespace, labels=labels, fields=fields))
        yield from (("ADDED", body) for body in current)
        while self._store.wait(position, lambda: deadline - self._clock()):
            ref, (kind, body) = self._store.log[position]
            position += 1
            here = ref.group_kind == resource.group_kind and namespace in ("", ref.namespace)
            if here and fits(body):
                yield kind, copy.deepcopy(body)

    def logs(
        self,
        namespace: str,
        pod: str,
        *,
        container: str = "",
        tail: int | None = None,
        previous: bool = False,
    ) -> str:
        """What `set_log` gave; nothing of a former container."""
        self.get(self.resource("v1", "Pod"), pod, namespace)
        lines = ("" if previous else self._logs.get((namespace, pod, container), "")).splitlines(
            keepends=True
        )
        return "".join(lines if tail is None else lines[max(0, len(lines) - tail) :])

    def stream_log(
        self, namespace: str, pod: str, query: LogQuery
    ) -> AbstractContextManager[Iterator[bytes]]:
        """The same log in one part; its lines have no time."""
        text = self.logs(namespace, pod, container=query.container, tail=query.tail, previous=query.previous)
        return contextlib.nullcontext(iter([text.encode()]))

    def execute(self, namespace: str, pod: str, query: ExecQuery) -> Channels:
        """There are no nodes."""
        raise NotFound(f'pods "{pod}" not found')

    def forward(self, namespace: str, pod: str, port: int) -> Channels:
        """There are no nodes."""
        raise NotFound(f'pods "{pod}" not found')

    def raw(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None) -> Any:
        """Nothing but the version is served."""
        if (method, path) == ("GET", "/version"):
            return {"gitVersion": self.version()}
        raise NotFound(f"{method} {path}: the server does not serve this path")

    def put(self, body: JsonObject, *, manager: str = "controller") -> JsonObject:
        """Create or replace an object as another client would; `manager` then owns what changed."""
        with self._lock:
            resource = self.resource(str(body.get("apiVersion")), str(body.get("kind")))
            ref = self._ref(resource, body)
            live = self._store.find(ref)
            before = live.body if live else {}
            whole = rules.complete(ref, body, before)
            owners = live.managers if live else {}
            if manager:
                owners = update_to(owners, before, body, manager, typed=_is_typed(resource))
            stored = self._keep(ref, Stored(rules.finished(resource, whole, before or None), owners))
            return shown(stored, resource.api_version)

    def set_log(self, namespace: str, pod: str, text: str, *, container: str = "") -> None:
        """What `logs` will answer for a pod."""
        self._logs[namespace, pod, container] = text

    def _keep(self, ref: ObjectRef, stored: Stored) -> Stored:
        metadata = stored.body["metadata"]
        if metadata.get("deletionTimestamp") and not metadata.get("finalizers"):
            self._store.drop(ref)
            return stored
        kept = self._store.keep(ref, stored)
        if ref.group_kind == DEFINITION:
            self._resources |= {each.api_key: each for each in crd_resources(stored.body)}
        return kept

    def _remove(self, ref: ObjectRef, stored: Stored, propagation: str) -> None:
        if stored.body["metadata"].get("finalizers"):
            self._store.keep(ref, Stored(rules.being_deleted(stored.body), stored.managers))
            return
        self._store.drop(ref)
        for other, each in tuple(self._store.objects.items()):
            inside = ref.group_kind == NAMESPACE and other.namespace == ref.name
            owned = propagation != "Orphan" and rules.is_owned_by(each.body, stored.body["metadata"]["uid"])
            if inside or owned:
                self._remove(other, each, propagation)
        if ref.group_kind == DEFINITION:
            self._forget(stored.body)

    def _forget(self, crd: JsonObject) -> None:
        for each in crd_resources(crd):
            del self._resources[each.api_key]
            for body in tuple(self._store.of(each, "")):
                self._store.drop(self._ref(each, body))

    def _served(self, resource: Resource) -> Resource:
        if resource.api_key not in self._resources:
            raise UnknownKind(f"{resource.kind}: the cluster does not serve this kind")
        return resource

    def _stored(self, resource: Resource, name: str, namespace: str) -> Stored:
        stored = self._store.find(_ref(self._served(resource), name, namespace))
        if stored is None:
            raise NotFound(f'{resource.plural} "{name}" not found')
        return stored

    def _check_namespace(self, ref: ObjectRef) -> None:
        if ref.namespace and self._store.find(ObjectRef("", "Namespace", "", ref.namespace)) is None:
            raise NotFound(f'namespaces "{ref.namespace}" not found', hint="create the namespace first")

    def _ref(self, resource: Resource, body: JsonObject) -> ObjectRef:
        metadata = body.get("metadata") or {}
        return _ref(resource, str(metadata.get("name") or ""), str(metadata.get("namespace") or ""))


def _ref(resource: Resource, name: str, namespace: str) -> ObjectRef:
    return ObjectRef(resource.group, resource.kind, namespace if resource.namespaced else "", name)


def _test(labels: str, fields: str) -> Test:
    by_labels, by_fields = label_test(labels), field_test(fields)
    return lambda body: by_labels(body) and by_fields(body)


def _conflict(ref: ObjectRef, conflicts: tuple[FieldConflict, ...]) -> Conflict:
    listed = "; ".join(f"{each.field} is owned by {each.manager}" for each in conflicts)
    return Conflict(f"apply {ref}: {listed}", conflicts=conflicts)


def _is_typed(resource: Resource) -> bool:
    """Whether a kind is built in, so that its lists have keys."""
    return "." not in resource.group or resource.group.endswith(".k8s.io")
