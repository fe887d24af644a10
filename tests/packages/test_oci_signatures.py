"""Cosign's signature manifests in a repository: a tag made of the digest, with a layer for each signature."""

import base64
import json
from pathlib import Path

import pytest

from dlctl.errors import RegistryError
from dlctl.events import Event, Progress
from dlctl.registry.packages.archive import pack
from dlctl.registry.sources.oci.client import OciClient
from dlctl.registry.sources.oci.descriptor import MANIFEST, Descriptor, digest_of
from dlctl.registry.sources.oci.layout import read_index
from dlctl.registry.sources.oci.open_client import open_client
from dlctl.registry.sources.oci.place import parse_place
from dlctl.registry.sources.oci.tree import OciTree
from dlctl.registry.sources.protocol import Surroundings
from tests.packages.oci_server import HELLO, OciServer, oci_server

PAYLOAD = b'{"critical": {}}'
NOTE = {"dev.cosignproject.cosign/signature": "MEUC"}


def client_of(server: OciServer, folder: Path) -> OciClient:
    place = parse_place(server.location.removeprefix("oci://"))
    return open_client(place, Surroundings(folder, folder, {"HOME": str(folder)}, 10))


def sign(server: OciServer, digest: str) -> str:
    """Offer a signature; the path of its payload."""
    layer = server.blob(PAYLOAD, "application/vnd.dev.cosign.simplesigning.v1+json")
    listed = {**layer.document, "annotations": NOTE}
    document = {"schemaVersion": 2, "mediaType": MANIFEST, "config": layer.document, "layers": [listed]}
    server.manifest(document, f"{digest.replace(':', '-')}.sig")
    return f"/v2/acme/packages/blobs/{layer.digest}"


def test_signatures_of_a_manifest(tmp_path: Path) -> None:
    with oci_server() as server:
        package = server.package(pack(HELLO), HELLO.digest)
        server.index(package)
        client = client_of(server, tmp_path)
        assert client.signatures(package.digest) == ()
        sign(server, package.digest)
        found = client.signatures(package.digest)
        index = read_index(client.find_manifest("latest") or pytest.fail("no index"), "x")
        kept = OciTree(client, index).read(["hello@1.0.0.sig"], 10_000)["hello@1.0.0.sig"]
    stored = json.loads(kept)
    assert digest_of(base64.b64decode(stored["manifest"])) == package.digest
    assert [base64.b64decode(each["payload"]) for each in stored["signatures"]] == [PAYLOAD]
    assert [(each.data, each.annotations) for each in found] == [(PAYLOAD, NOTE)]


def test_what_is_fetched_is_reported(tmp_path: Path) -> None:
    events: list[Event] = []
    with oci_server() as server:
        blob = server.blob(b"x" * 200_000, "application/octet-stream")
        place = parse_place(server.location.removeprefix("oci://"))
        surroundings = Surroundings(tmp_path, tmp_path, {"HOME": str(tmp_path)}, 10, events.append)
        open_client(place, surroundings).blob(
            Descriptor("application/octet-stream", blob.digest, 200_000), 200_000
        )
    assert events[-1] == Progress("receiving bytes", 200_000, 200_000)
    assert len(events) > 1


def test_a_payload_with_another_digest(tmp_path: Path) -> None:
    with oci_server() as server:
        package = server.package(pack(HELLO), HELLO.digest)
        path = sign(server, package.digest)
        server.documents[path] = (server.documents[path][0], PAYLOAD.replace(b"critical", b"CRITICAL"))
        with pytest.raises(RegistryError, match="the content has the digest"):
            client_of(server, tmp_path).signatures(package.digest)
