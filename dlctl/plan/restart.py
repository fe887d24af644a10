"""Digests of what pods use, on pod templates that ask for it: pods are replaced when a Secret has changed."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster
from dlctl.errors import Forbidden
from dlctl.labels import DIGEST, RESTART_KEY, annotations_of, restarting
from dlctl.manifest import JsonObject, Manifest, ObjectRef
from dlctl.plan.live.objects.read import read_body

KEY_BYTES = 32
_KEY = "key"
_CONTENT = ("data", "binaryData", "stringData")
_BY_FIELD: Mapping[str, tuple[str, str]] = {
    "configMap": ("ConfigMap", "name"),
    "configMapRef": ("ConfigMap", "name"),
    "configMapKeyRef": ("ConfigMap", "name"),
    "secretRef": ("Secret", "name"),
    "secretKeyRef": ("Secret", "name"),
    "secret": ("Secret", "secretName"),
}
"""Fields of a pod that name a ConfigMap or a Secret whose values its containers see."""


class WithDigests(Struct, frozen=True):
    """Manifests with digests of what their pods use; `used` is what the cluster has of it, None: nothing.

    `unread` may not be read by this user, so that `incomplete` manifests are without their digest or key.
    """

    manifests: tuple[Manifest, ...]
    used: Mapping[ObjectRef, JsonObject | None] = field(default_factory=dict)
    unread: frozenset[ObjectRef] = frozenset()
    incomplete: Mapping[ObjectRef, Forbidden] = field(default_factory=dict)


def with_restart_digests(cluster: Cluster, manifests: Iterable[Manifest]) -> WithDigests:
    """The manifests with digests on the pod templates that ask for them, and with the keys of these digests.

    A key that the cluster has stays as it is; a missing one is random. Values are those of the manifests,
    else those that the cluster has. Raises ClusterError, but not where a Secret may not be read.
    """
    found = tuple(manifests)
    keyed = {each.component: each for each in found if annotations_of(each.body).get(RESTART_KEY) == "true"}
    if not keyed:
        return WithDigests(found)
    values = _Values(cluster, found)
    complete: list[Manifest] = []
    incomplete: dict[ObjectRef, Forbidden] = {}
    for each in found:
        try:
            complete.append(_prepared(each, keyed.get(each.component), values))
        except Forbidden as error:
            complete.append(each)
            incomplete[each.ref] = error
    return WithDigests(tuple(complete), values.not_rendered, frozenset(values.unread), incomplete)


class _Values:
    """The content of Secrets and ConfigMaps; each is read once."""

    def __init__(self, cluster: Cluster, manifests: Iterable[Manifest]) -> None:
        self._cluster = cluster
        self.not_rendered: dict[ObjectRef, JsonObject | None] = {}
        self.unread: dict[ObjectRef, Forbidden] = {}
        self._keys: dict[ObjectRef, str] = {}
        self._known: dict[ObjectRef, JsonObject | None] = {
            each.ref: _content(each.body) for each in manifests if each.ref.kind in ("Secret", "ConfigMap")
        }

    def key(self, manifest: Manifest) -> str:
        """The key in the Secret of a manifest, in base64. Raises Forbidden."""
        import secrets

        if manifest.ref not in self._keys:
            stored = (self._live(manifest.ref) or {}).get(_KEY)
            new = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
            self._keys[manifest.ref] = str(stored or new)
        return self._keys[manifest.ref]

    def of(self, ref: ObjectRef) -> JsonObject | None:
        """The content of an object; None if it does not exist. Raises Forbidden."""
        if ref not in self._known:
            self._known[ref] = self.not_rendered[ref] = self._live(ref)
        return self._known[ref]

    def _live(self, ref: ObjectRef) -> JsonObject | None:
        if ref in self.unread:
            raise self.unread[ref]
        try:
            body = read_body(self._cluster, self._cluster.resource("v1", ref.kind), ref)
        except Forbidden as error:
            self.unread[ref] = error
            raise
        return _content(body) if body is not None else None


def _content(body: JsonObject) -> JsonObject:
    """The values of an object, as a server stores them."""
    found: dict[str, Any] = {}
    for place in _CONTENT:
        values = body.get(place)
        for name, value in (values if isinstance(values, Mapping) else {}).items():
            is_text = place == "stringData" and isinstance(value, str)
            found[name] = base64.b64encode(value.encode()).decode() if is_text else value
    return found


def _prepared(manifest: Manifest, keyed: Manifest | None, values: _Values) -> Manifest:
    """The manifest with its digests, or its key; `keyed` is the component's Secret. Raises Forbidden."""
    if keyed is None:
        return manifest
    if manifest is keyed:
        return replace(manifest, body={**manifest.body, "data": {_KEY: values.key(keyed)}}, text="")
    body = manifest.body
    for place in restarting(body):
        digest = _digest(_part(body["spec"], place), manifest.ref.namespace, keyed, values)
        body = _with_annotation(body, place, digest)
    return manifest if body is manifest.body else replace(manifest, body=body, text="")


def _part(spec: JsonObject, place: tuple[str, ...]) -> JsonObject:
    """What describes the pods whose annotations are at the place; beside them other parts have their own."""
    if len(place) > 1:
        part: JsonObject = spec[place[1]]
        return part
    return {key: value for key, value in spec.items() if key not in ("prefill", "router")}


def _digest(pods: JsonObject, namespace: str, keyed: Manifest, values: _Values) -> str:
    """The digest of what pods use, by the part of an object that describes them.

    All of it is read before Forbidden is raised, so that everything that may not be read is known.
    """
    import hmac

    used: dict[str, JsonObject | None] = {}
    refused: Forbidden | None = None
    for kind, name in _used(pods):
        try:
            used[f"{kind}/{name}"] = values.of(ObjectRef("", kind, namespace, name))
        except Forbidden as error:
            refused = error
    key = values.key(keyed)
    if refused is not None:
        raise refused
    text = json.dumps(used, sort_keys=True, default=str).encode()
    return hmac.digest(base64.b64decode(key), text, "sha256").hex()[:32]


def _with_annotation(value: JsonObject, place: tuple[str, ...], digest: str) -> JsonObject:
    if not place:
        return {**value, "annotations": {**value["annotations"], DIGEST: digest}}
    return {**value, place[0]: _with_annotation(value[place[0]], place[1:], digest)}


def _used(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """The kind and name of each Secret and ConfigMap in a pod's spec; those of images are not among them."""
    if isinstance(value, list):
        for item in value:
            yield from _used(item, place)
    if not isinstance(value, Mapping):
        return
    kind, key = _BY_FIELD.get(place, ("", ""))
    name = value.get(key) or (value.get("name") if place == "secret" else None)
    if kind and isinstance(name, str):
        yield kind, name
    for inner, item in value.items():
        if inner != "imagePullSecrets":
            yield from _used(item, inner)
