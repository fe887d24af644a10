"""The distribution protocol for one repository: manifests and blobs, each checked against its digest."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin, urlsplit

from msgspec import Struct

from dlctl.errors import RegistryError
from dlctl.events import Emit, Progress, no_events
from dlctl.registry.sources.oci.authorize import Authorizer
from dlctl.registry.sources.oci.descriptor import (
    INDEX,
    MANIFEST,
    Descriptor,
    Manifest,
    digest_of,
    manifest_of,
    read_tags,
)
from dlctl.registry.sources.oci.exchange import Answer, Exchange, Request
from dlctl.registry.sources.oci.failures import failure
from dlctl.registry.sources.oci.place import OciPlace

MAX_MANIFEST = 8_000_000
"""The most bytes of a manifest; registries accept about 4 MiB."""
MAX_SIGNATURE = 1_000_000
MAX_SIGNATURES = 32
_ERRORS = 1 << 16
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 3
_PAGE = 1000
_MAX_PAGES = 100
_NEXT = re.compile(r"<([^<>\s]+)>\s*;[^,]*rel=\"?next\"?")
_BINARY = "application/octet-stream"


class SignatureLayer(Struct, frozen=True):
    """A layer of a signature manifest: its bytes (checked against its digest) and its annotations."""

    media_type: str
    data: bytes
    annotations: Mapping[str, str]


@dataclass(slots=True)
class OciClient:
    """Requests to one repository. `storage` is a further host that blobs may be redirected to.

    Every method raises RegistryError if the registry cannot be reached, refuses, is slow, or does not keep
    to the protocol.
    """

    place: OciPlace
    exchange: Exchange
    authorizer: Authorizer
    storage: str = ""
    emit: Emit = no_events
    _authorization: str = field(default="", repr=False)

    def find_manifest(self, reference: str) -> Manifest | None:
        """The manifest with a tag or digest; None if there is none."""
        headers = {"Accept": f"{INDEX}, {MANIFEST}"}
        request = Request("GET", self._url("manifests", reference), headers, limit=MAX_MANIFEST)
        answer = self._send(request, (200, 404))
        if answer.status == 404:
            return None
        shown = self.shown(reference)
        found = manifest_of(answer.body, shown)
        stated = reference if reference.startswith("sha256:") else answer.headers.get("docker-content-digest")
        if stated is not None and stated != found.digest:
            raise _other_content(shown, stated, found.digest)
        return found

    def blob(self, descriptor: Descriptor, limit: int) -> bytes:
        """The bytes of a blob, of at most `limit` bytes."""
        shown = self.shown(descriptor.digest)
        if descriptor.size > limit:
            raise RegistryError(f"{shown}: the blob has more than {limit:,} bytes")

        def received(count: int) -> None:
            self.emit(Progress("receiving bytes", count, descriptor.size))

        url = self._url("blobs", descriptor.digest)
        request = Request("GET", url, limit=descriptor.size, received=received)
        data = self._followed(request).body
        if len(data) != descriptor.size or digest_of(data) != descriptor.digest:
            raise _other_content(shown, descriptor.digest, digest_of(data))
        return data

    def push_blob(self, data: bytes, media_type: str) -> Descriptor:
        """Store a blob, unless it is there."""
        descriptor = Descriptor(media_type, digest_of(data), len(data))
        known = Request("HEAD", self._url("blobs", descriptor.digest), limit=_ERRORS)
        if self._send(known, (200, 404, *_REDIRECTS)).status != 404:
            return descriptor
        begun = self._send(Request("POST", self._url("blobs", "uploads/"), limit=_ERRORS), (202,))
        target = self._own(begun.headers.get("location", ""))
        mark = "&" if "?" in target else "?"
        url = f"{target}{mark}digest={descriptor.digest.replace(':', '%3A')}"
        self._send(Request("PUT", url, {"Content-Type": _BINARY}, data, _ERRORS), (201,))
        return descriptor

    def push_manifest(self, reference: str, data: bytes, media_type: str) -> None:
        """Store a manifest under a tag or its digest."""
        url = self._url("manifests", reference)
        self._send(Request("PUT", url, {"Content-Type": media_type}, data, _ERRORS), (201,))

    def tags(self) -> tuple[str, ...]:
        """All tags of the repository; none if it does not exist."""
        found: list[str] = []
        url = f"{self._url('tags', 'list')}?n={_PAGE}"
        for _ in range(_MAX_PAGES):
            answer = self._send(Request("GET", url, limit=MAX_MANIFEST), (200, 404))
            if answer.status == 404:
                break
            found += read_tags(answer.body, self.place.name)
            following = _NEXT.search(answer.headers.get("link", ""))
            if not following:
                break
            url = self._own(following[1])
        return tuple(found)

    def signatures(self, digest: str) -> tuple[SignatureLayer, ...]:
        """The layers of cosign's signature manifest of a manifest; none if it was not signed."""
        found = self.find_manifest(f"{digest.replace(':', '-')}.sig")
        if found is None:
            return ()
        layers = found.descriptors("layers", self.shown(digest))[:MAX_SIGNATURES]
        return tuple(
            SignatureLayer(layer.media_type, self.blob(layer, MAX_SIGNATURE), layer.annotations)
            for layer in layers
        )

    def shown(self, reference: str) -> str:
        """A tag or digest of the repository, for messages."""
        return f"{self.place.name}{'@' if reference.startswith('sha256:') else ':'}{reference}"

    def _url(self, kind: str, reference: str) -> str:
        return f"{self.place.address}/v2/{self.place.repository}/{kind}/{reference}"

    def _send(self, request: Request, expected: tuple[int, ...]) -> Answer:
        """The answer to a request with credentials, which only the repository's own host gets."""
        answer = self.exchange.send(self._with_authorization(request))
        if answer.status == 401:
            self._authorization = self.authorizer.authorization(answer)
            answer = self.exchange.send(self._with_authorization(request))
        if answer.status not in expected:
            raise failure(answer, self.place, request)
        return answer

    def _with_authorization(self, request: Request) -> Request:
        if not self._authorization:
            return request
        return replace(request, headers={**request.headers, "Authorization": self._authorization})

    def _followed(self, request: Request) -> Answer:
        """The answer with a blob; a redirect gets no credentials, and leads to an allowed host only."""
        answer = self._send(request, (200, *_REDIRECTS))
        for _ in range(_MAX_REDIRECTS):
            if answer.status not in _REDIRECTS:
                break
            request = replace(request, url=self._redirected(request.url, answer), headers={})
            answer = self.exchange.send(request)
        if answer.status != 200:
            raise failure(answer, self.place, request)
        return answer

    def _redirected(self, url: str, answer: Answer) -> str:
        target = _joined(url, answer.headers.get("location", ""))
        host = urlsplit(target).netloc
        if _origin(target) == _origin(self.place.address) or (
            self.storage and _origin(target) == f"https://{self.storage}"
        ):
            return target
        raise failure(answer, self.place, Request("GET", url), redirected_to=host)

    def _own(self, location: str) -> str:
        """The address of a further request, which must be on the same host: it gets the credentials."""
        target = _joined(f"{self.place.address}/", location)
        if not location or _origin(target) != _origin(self.place.address):
            raise RegistryError(
                f"{self.place.name}: the next request would go to another host",
                hint="credentials are only sent to the host they are for",
            )
        return target


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return ""


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def _other_content(shown: str, stated: str, found: str) -> RegistryError:
    return RegistryError(
        f"{shown}: the content has the digest {found}, not {stated}",
        hint="the registry's response is damaged or forged; nothing was installed",
    )
