"""The `Cluster` protocol and its values."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from msgspec import Struct

from dlctl.manifest import ApiKey, GroupKind, JsonObject, ObjectRef


class Resource(Struct, frozen=True):
    """A kind as served by an API server; `plural` is its name in URLs."""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool
    verbs: frozenset[str] = frozenset()

    @property
    def api_version(self) -> str:
        """`apps/v1`, or `v1` for the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def api_key(self) -> ApiKey:
        """`(apiVersion, kind)` of the objects that it serves."""
        return self.api_version, self.kind

    @property
    def group_kind(self) -> GroupKind:
        """The kind without version."""
        return GroupKind(self.group, self.kind)


class Identity(Struct, frozen=True):
    """The identity of a cluster.

    `uid` is the UID of namespace kube-system (recommended by KEP-2149). If it cannot be read, `uid` is
    `weak:` with a digest of server URL and CA, and `weak` is true.
    """

    uid: str
    server: str
    weak: bool = False


class LogQuery(Struct, frozen=True):
    """Which part of a container's log is read, by the options of the API server.

    `tail` is a number of lines; `since_time` is RFC 3339, and excludes `since_seconds`.
    """

    container: str
    follow: bool = False
    previous: bool = False
    tail: int | None = None
    since_seconds: int | None = None
    since_time: str = ""


class ExecQuery(Struct, frozen=True):
    """A command for a container; with `tty` its output and its errors are one stream."""

    container: str
    command: tuple[str, ...]
    stdin: bool = False
    tty: bool = False


class Channels(Protocol):
    """Numbered streams to and from a pod, over one connection. Methods may be called from several threads."""

    def send(self, channel: int, data: bytes) -> None:
        """Send bytes. Raises Unreachable."""
        ...

    def end(self, channel: int) -> bool:
        """Say that no more comes on a channel; false where the server cannot be told. Raises Unreachable."""
        ...

    def received(self) -> Iterator[tuple[int, bytes]]:
        """What arrives on each channel, to the end of the connection. Raises Unreachable where it is cut."""
        ...

    def close(self) -> None:
        """Close the connection; `received` ends."""
        ...


WatchEvent = tuple[str, JsonObject]
"""`(type, object)`: ADDED, MODIFIED, DELETED, BOOKMARK."""


class Cluster(Protocol):
    """One API server, with one user's credentials.

    Every method raises the ClusterError tree: Unreachable, Unauthorized, Forbidden, NotFound,
    Conflict, Invalid, UnknownKind. Methods may be called from several threads at once. Requests
    answered with 429 or 5xx and dropped connections are retried with back-off.
    """

    @property
    def has_fixed_credentials(self) -> bool:
        """Whether the credentials are at hand: no program and no other server is asked for them."""
        ...

    @property
    def context(self) -> str:
        """The kubeconfig context of the connection."""
        ...

    @property
    def server(self) -> str:
        """The API server's URL."""
        ...

    def identity(self, *, fresh: bool = False) -> Identity:
        """The cluster's identity; read once, or again if `fresh`."""
        ...

    def version(self) -> str:
        """The server's gitVersion, such as `v1.36.3`."""
        ...

    def resource(self, api_version: str, kind: str) -> Resource:
        """The REST resource of a kind in exactly this version. Raises UnknownKind if it is not served.

        A kind that is not in the cache is looked up on the server: its CRD may be new.
        """
        ...

    def resources(self) -> tuple[Resource, ...]:
        """All resources that the server serves, without subresources, in stable order."""
        ...

    def get(self, resource: Resource, name: str, namespace: str = "") -> JsonObject:
        """One object. Raises NotFound if it does not exist."""
        ...

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
        """Objects by label and field selector, page by page, each with apiVersion and kind.

        An empty `namespace` means all namespaces. `metadata_only` requests PartialObjectMetadata,
        without spec and data, so that Secrets of others are not downloaded. `page` is a TypedDict of a page:
        of its items, fields that are not in it may be left out.
        """
        ...

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
        """Server-side apply with `fieldValidation=Strict`; returns the resulting object.

        With `creating`, raises AlreadyExists if the object was there, with fields of other managers. A `uid`
        in the metadata is a precondition: raises Conflict if the object has another one.
        """
        ...

    def create(
        self, resource: Resource, body: JsonObject, *, dry_run: bool = False, field_manager: str
    ) -> JsonObject:
        """Create an object with `fieldValidation=Strict`; returns it. Raises AlreadyExists if there is one.

        A request that is sent again after a lost connection may find the object that it made.
        """
        ...

    def try_merge_patch(
        self, resource: Resource, name: str, namespace: str = "", *, patch: JsonObject
    ) -> JsonObject:
        """The object as a JSON merge patch (RFC 7386) would make it, by a dry run: nothing is written."""
        ...

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
        """Make `manager` the owner of all fields that the managers `earlier` applied.

        Raises NotFound if no object with this UID exists.
        """
        ...

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
        """Remove labels and annotations that have these values, and all ownership of the appliers `managers`.

        Every other field stays as it is. Raises NotFound if no object with this UID exists.
        """
        ...

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
        """Delete one object; `uid` is a precondition. Raises Conflict if the object has another UID."""
        ...

    def watch(
        self,
        resource: Resource,
        namespace: str = "",
        *,
        labels: str = "",
        fields: str = "",
        timeout: float = 60,
    ) -> Iterator[WatchEvent]:
        """Each current object (ADDED), then each change; ends after `timeout` seconds.

        No change is lost between list and watch. A broken connection is resumed; if the resource version
        has expired, the objects are returned as ADDED again.
        """
        ...

    def logs(
        self,
        namespace: str,
        pod: str,
        *,
        container: str = "",
        tail: int | None = None,
        previous: bool = False,
    ) -> str:
        """A container's log."""
        ...

    def stream_log(
        self, namespace: str, pod: str, query: LogQuery
    ) -> AbstractContextManager[Iterator[bytes]]:
        """The parts of a container's log as they arrive, each line of it with its time before it.

        Raises Unreachable inside the block where the connection is cut before the end.
        """
        ...

    def execute(self, namespace: str, pod: str, query: ExecQuery) -> Channels:
        """Run a command in a container, on the cluster whose identity was read.

        Channels: 0 standard input, 1 output, 2 errors, 3 a Status with the exit code, 4 the terminal's size.
        """
        ...

    def forward(self, namespace: str, pod: str, port: int) -> Channels:
        """Connect to a port of a pod, on the cluster whose identity was read.

        Channels: 0 the data, 1 why the port cannot be reached; the first message of each is the port.
        """
        ...

    def raw(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None) -> Any:
        """Any other request, for OpenAPI or access reviews; returns JSON, else text (`/readyz`)."""
        ...


def path_of(resource: Resource, ref: ObjectRef) -> str:
    """The URL path of one object, without the server."""
    base = f"/apis/{resource.group}/{resource.version}" if resource.group else f"/api/{resource.version}"
    scope = f"/namespaces/{ref.namespace}" if resource.namespaced and ref.namespace else ""
    return f"{base}{scope}/{resource.plural}/{ref.name}"
