"""What `plan` and `deploy` ask of a cluster, and the values that it answers with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from dlctl.labels import FIELD_MANAGER
from dlctl.manifest import ApiKey, GroupKind, JsonObject, ObjectRef


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind as a server serves it: `plural` is the word in its URLs."""

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
        """`(apiVersion, kind)`: what an object states to be served by it."""
        return self.api_version, self.kind

    @property
    def group_kind(self) -> GroupKind:
        """The kind without its version."""
        return GroupKind(self.group, self.kind)


@dataclass(frozen=True, slots=True)
class Identity:
    """Which cluster this is.

    `uid` is the UID of namespace kube-system (KEP-2149's recommended id). Where the user may not
    read it, `uid` is `weak:` and a digest of server URL and CA, and `weak` is true.
    """

    uid: str
    server: str
    weak: bool = False


WatchEvent = tuple[str, JsonObject]
"""`(type, object)`: ADDED, MODIFIED, DELETED, BOOKMARK."""


class Cluster(Protocol):
    """One API server, seen through one user's credentials.

    Every method raises the ClusterError tree: Unreachable, Unauthorized, Forbidden, NotFound,
    Conflict, Invalid, UnknownKind. Methods may be called from several threads at once. Requests
    answered with 429 or 5xx and dropped connections are retried inside, with back-off.
    """

    @property
    def context(self) -> str:
        """The kubeconfig context it was reached by."""
        ...

    @property
    def server(self) -> str:
        """The API server's URL."""
        ...

    def identity(self) -> Identity:
        """Which cluster this is; read once."""
        ...

    def version(self) -> str:
        """The server's gitVersion, such as `v1.36.3`."""
        ...

    def resource(self, api_version: str, kind: str) -> Resource:
        """The REST resource of a kind in that exact version; UnknownKind where it is not served.

        A kind that the cache does not know is looked up once more on the server: a CRD may be new.
        """
        ...

    def resources(self) -> tuple[Resource, ...]:
        """All that the server serves, subresources left out, in stable order."""
        ...

    def get(self, resource: Resource, name: str, namespace: str = "") -> JsonObject:
        """One object; NotFound where it does not exist."""
        ...

    def list(
        self,
        resource: Resource,
        namespace: str = "",
        *,
        labels: str = "",
        fields: str = "",
        metadata_only: bool = False,
    ) -> Iterator[JsonObject]:
        """Objects by label and field selector, page by page, each with apiVersion and kind.

        An empty `namespace` means all of them. `metadata_only` asks for PartialObjectMetadata:
        no spec, no data, so nobody's Secret is downloaded.
        """
        ...

    def apply(
        self,
        resource: Resource,
        body: JsonObject,
        *,
        dry_run: bool = False,
        force: bool = False,
        field_manager: str = FIELD_MANAGER,
    ) -> JsonObject:
        """Server-side apply with `fieldValidation=Strict`; the object as the server then has it."""
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
        """Delete one object; `uid` is a precondition (Conflict where another object has the name)."""
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
        """Each object as it is now (ADDED), then each change; ends after `timeout` seconds.

        Nothing is lost between a look and the watch. A broken connection is taken up again; where
        the server has forgotten the place, the objects come as ADDED once more.
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

    def raw(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None) -> Any:
        """Any other request, for reading OpenAPI and for access reviews: JSON, or else text (`/readyz`)."""
        ...


def path_of(resource: Resource, ref: ObjectRef) -> str:
    """The URL path of one object, without the server."""
    base = f"/apis/{resource.group}/{resource.version}" if resource.group else f"/api/{resource.version}"
    scope = f"/namespaces/{ref.namespace}" if resource.namespaced and ref.namespace else ""
    return f"{base}{scope}/{resource.plural}/{ref.name}"
