"""Single requests for objects."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from dlctl.cluster.kind_unavailable import KindUnavailable
from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import ClusterError, Forbidden, NotFound
from dlctl.manifest import JsonObject, ObjectRef
from dlctl.plan.live.objects.model import LiveObject


class Listing(Struct, frozen=True):
    """The result of one LIST of a namespace ("": all namespaces): objects, or why there are none."""

    namespace: str
    objects: tuple[LiveObject, ...] = ()
    refused: ClusterError | None = None


def list_by_label(
    cluster: Cluster,
    resource: Resource,
    selector: str,
    namespaces: tuple[str, ...],
    *,
    metadata_only: bool = False,
) -> Iterator[Listing]:
    """One LIST over all namespaces; if that is forbidden, one for each of `namespaces`.

    Requests are sent lazily. Raises ClusterError for errors that do not depend on the kind.
    """
    everywhere = _by_label(cluster, resource, selector, "", metadata_only)
    if not isinstance(everywhere.refused, Forbidden) or not resource.namespaced:
        yield everywhere
        return
    for namespace in namespaces:
        yield _by_label(cluster, resource, selector, namespace, metadata_only)


def _by_label(
    cluster: Cluster, resource: Resource, selector: str, namespace: str, metadata_only: bool
) -> Listing:
    try:
        bodies = cluster.list(resource, namespace, labels=selector, metadata_only=metadata_only)
        convert = metadata_of if metadata_only else whole
        return Listing(namespace, tuple(convert(resource, body) for body in bodies))
    except (Forbidden, KindUnavailable) as error:
        return Listing(namespace, refused=error)


def list_metadata(cluster: Cluster, resource: Resource, namespace: str, name: str = "") -> Listing:
    """The metadata of all objects of a kind in a namespace, or of the object `name`."""
    fields = f"metadata.name={name}" if name else ""
    try:
        bodies = cluster.list(resource, namespace, fields=fields, metadata_only=True)
        return Listing(namespace, tuple(metadata_of(resource, body) for body in bodies))
    except (Forbidden, KindUnavailable) as error:
        return Listing(namespace, refused=error)


def read_body(cluster: Cluster, resource: Resource, ref: ObjectRef) -> JsonObject | None:
    """The current object, or None if it does not exist. It is listed where the user may not get it.

    Raises ClusterError: Forbidden names the verb list, which is enough, and which is what preflight grants.
    """
    try:
        return cluster.get(resource, ref.name, ref.namespace)
    except NotFound:
        return None
    except Forbidden:
        pass
    return next(iter(cluster.list(resource, ref.namespace, fields=f"metadata.name={ref.name}")), None)


def read_by_names(
    cluster: Cluster, resource: Resource, refs: Iterable[ObjectRef]
) -> tuple[dict[ObjectRef, LiveObject], dict[ObjectRef, ClusterError]]:
    """The objects of these names by one GET for each, which users may who may not list; and the errors."""
    found: dict[ObjectRef, LiveObject] = {}
    unreadable: dict[ObjectRef, ClusterError] = {}
    for ref in refs:
        try:
            body = read_body(cluster, resource, ref)
        except (Forbidden, KindUnavailable) as error:
            unreadable[ref] = error
        else:
            if body is not None:
                found[ref] = whole(resource, body)
    return found, unreadable


def whole(resource: Resource, body: JsonObject) -> LiveObject:
    """A LiveObject from a full object."""
    return LiveObject(_ref(resource, body), resource, body)


def metadata_of(resource: Resource, body: JsonObject) -> LiveObject:
    """A LiveObject from metadata; the response's kind may be PartialObjectMetadata."""
    shown = {"apiVersion": resource.api_version, "kind": resource.kind, "metadata": body["metadata"]}
    return LiveObject(_ref(resource, body), resource, shown)


def _ref(resource: Resource, body: JsonObject) -> ObjectRef:
    """The reference of an object, with the kind of the requested resource."""
    metadata = body["metadata"]
    namespace, name = str(metadata.get("namespace") or ""), str(metadata.get("name") or "")
    return ObjectRef(resource.group, resource.kind, namespace, name)
