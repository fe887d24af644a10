"""An OCI registry that answers what a test tells it to: for answers that no honest registry gives."""

import http.server
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from dlctl.registry.packages.content import ContentFile, content_of
from dlctl.registry.sources.oci.descriptor import INDEX, MANIFEST, Descriptor, digest_of, encoded
from dlctl.registry.sources.oci.layout import ARCHIVE_TYPE, EMPTY, EMPTY_TYPE, PACKAGE_TYPE, REGISTRY_TYPE
from tests.packages.registries import package

Handler = http.server.BaseHTTPRequestHandler
Answer = Callable[[Handler], bool]
"""Answers a request; returns whether it did."""

REPOSITORY = "acme/packages"
REGISTRY_YAML = "apiVersion: dlctl.dev/v1\nkind: Registry\nsummary: For tests\n"


@dataclass
class OciServer:
    """A running server: what it has by path, the requests that it got, and its answer to all of them."""

    host: str
    documents: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    requests: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)
    answer: Answer | None = None

    @property
    def location(self) -> str:
        """The repository, as dlctl's users write it."""
        return f"oci://{self.host}/{REPOSITORY}"

    def blob(self, data: bytes, media_type: str) -> Descriptor:
        """Offer a blob."""
        found = Descriptor(media_type, digest_of(data), len(data))
        self.documents[f"/v2/{REPOSITORY}/blobs/{found.digest}"] = (media_type, data)
        return found

    def manifest(self, document: Mapping[str, Any], *tags: str) -> Descriptor:
        """Offer a manifest or an index under its digest and tags."""
        data = encoded(document)
        found = Descriptor(document["mediaType"], digest_of(data), len(data), document.get("annotations", {}))
        for reference in (found.digest, *tags):
            self.documents[f"/v2/{REPOSITORY}/manifests/{reference}"] = (found.media_type, data)
        return found

    def package(
        self, archive: bytes, digest: str = "", metadata: str = "", version: str = "1.0.0"
    ) -> Descriptor:
        """Offer a package `hello` with an archive that may be anything."""
        layer = self.blob(archive, ARCHIVE_TYPE)
        annotations = {
            "dev.dlctl.package.name": "hello",
            "dev.dlctl.package.version": "1.0.0",
            "dev.dlctl.package.digest": digest or digest_of(b""),
            "dev.dlctl.package.yaml": metadata or PACKAGE_YAML,
        }
        return self.manifest(
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST,
                "artifactType": PACKAGE_TYPE,
                "config": self.blob(EMPTY, EMPTY_TYPE).document,
                "layers": [layer.document],
                "annotations": annotations,
            }
        )

    def index(self, *packages: Descriptor, tag: str = "latest") -> Descriptor:
        """Offer the registry with these packages."""
        return self.manifest(
            {
                "schemaVersion": 2,
                "mediaType": INDEX,
                "artifactType": REGISTRY_TYPE,
                "manifests": [each.document for each in packages],
                "annotations": {"dev.dlctl.registry.yaml": REGISTRY_YAML},
            },
            tag,
        )


HELLO = content_of(
    ContentFile(path.removeprefix("hello/"), text.encode()) for path, text in package("hello").items()
)
"""The content of an honest package."""
PACKAGE_YAML = package("hello")["hello/package.yaml"]


@contextmanager
def oci_server(tls: ssl.SSLContext | None = None) -> Iterator[OciServer]:
    """Serve on loopback, over plain HTTP or TLS."""
    server = _Server(("127.0.0.1", 0), _Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    found = server.found = OciServer(f"127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    found: OciServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: clients that give up are what some tests are about."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._reply()

    def do_POST(self) -> None:
        self._reply()

    def do_PUT(self) -> None:
        self._reply()

    def do_HEAD(self) -> None:
        self._reply()

    def _reply(self) -> None:
        assert isinstance(self.server, _Server)
        server = self.server.found
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        server.requests.append((self.command, self.path, dict(self.headers)))
        if server.answer and server.answer(self):
            return
        found = server.documents.get(self.path.partition("?")[0])
        if found is None:
            reply(self, 404, b'{"errors": [{"code": "NAME_UNKNOWN", "message": "not here"}]}')
        else:
            reply(self, 200, found[1], {"Content-Type": found[0]})

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Print nothing."""


def reply(handler: Handler, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bool:
    """Answer a request."""
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
        handler.send_header(name, value)
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(body)
    return True
