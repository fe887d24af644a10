"""Packages that cosign signed, from `pkg push` to `pkg verify`, on a real registry program.

The signature manifests are those that `cosign sign --key` stores: an image with the tag `sha256-HEX.sig`,
whose layer is the signed text.
"""

import base64
import hashlib
import json
import urllib.request
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.output_schemas import checked
from tests.packages.oci_program import OciProgram
from tests.packages.registries import empty_app, package, registry, vendored
from tests.packages.signing import trust
from tests.project import Project

pytestmark = [pytest.mark.slow, pytest.mark.go]

_IMAGE = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_PAYLOAD = "application/vnd.dev.cosign.simplesigning.v1+json"
_SIGNATURE = "dev.cosignproject.cosign/signature"


@dataclass(frozen=True)
class CosignKey:
    """A key as `cosign generate-key-pair` makes one."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def public(self) -> str:
        """The text of cosign.pub."""
        public = self.key.public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    @property
    def trusted(self) -> str:
        """An item of `trusted` in dlctl.yaml."""
        return f"{{cosign: {json.dumps(self.public)}, identity: release@example.com}}"

    def sign(self, text: bytes) -> str:
        """The signature of a text, in base64."""
        return base64.b64encode(self.key.sign(text, ec.ECDSA(SHA256()))).decode()


@dataclass(frozen=True)
class Shop:
    """A repository with the package `hello`, whose manifest has this digest."""

    url: str
    manifest: str

    def cosign(self, key: CosignKey, digest: str = "") -> None:
        """Sign the package as `cosign sign --key` does; `digest` is what the text names instead."""
        named = digest or self.manifest
        text = _simple_signing(self.url.removeprefix("http://").replace("/v2/", "/"), named)
        config = json.dumps({"architecture": "", "os": "", "config": {}, "rootfs": {}}).encode()
        layer = {**self._blob(text, _PAYLOAD), "annotations": {_SIGNATURE: key.sign(text)}}
        manifest = {
            "schemaVersion": 2,
            "mediaType": _IMAGE,
            "config": self._blob(config, _CONFIG),
            "layers": [layer],
        }
        tag = f"{self.manifest.replace(':', '-')}.sig"
        _put(f"{self.url}/manifests/{tag}", json.dumps(manifest).encode(), _IMAGE)

    def _blob(self, data: bytes, media_type: str) -> dict[str, Any]:
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        begin = urllib.request.Request(f"{self.url}/blobs/uploads/", b"", method="POST")
        with urllib.request.urlopen(begin) as answer:
            place = answer.headers["Location"]
        _put(f"{place}{'&' if '?' in place else '?'}digest={digest}", data, "application/octet-stream")
        return {"mediaType": media_type, "digest": digest, "size": len(data)}


def _simple_signing(reference: str, digest: str) -> bytes:
    critical = {
        "identity": {"docker-reference": reference},
        "image": {"docker-manifest-digest": digest},
        "type": "cosign container image signature",
    }
    return json.dumps({"critical": critical, "optional": None}, separators=(",", ":")).encode()


def _put(url: str, data: bytes, media_type: str) -> None:
    request = urllib.request.Request(url, data, {"Content-Type": media_type}, method="PUT")
    urllib.request.urlopen(request).close()


@pytest.fixture
def ann() -> CosignKey:
    """The publisher's key."""
    return CosignKey()


@pytest.fixture
def shop(project: Project, oci: OciProgram, ann: CosignKey, request: pytest.FixtureRequest) -> Shop:
    """A package in a repository of its own, and an app that trusts only `ann` and asks for signatures."""
    repository = f"cosign/{request.node.name.partition('[')[0].replace('_', '-')}"
    location = oci.location(repository)
    folder = registry(project.root.parent / "source", package("hello"))
    pushed = project.run("pkg", "push", str(folder / "hello"), location, "-o", "json").ok()
    empty_app(project, "dev")
    project.run("registry", "add", "ours", location).ok()
    trust(project, ann.trusted)
    manifest = checked(pushed.out, "PackagePush")["manifest"]
    return Shop(f"http://{oci.host}/v2/{repository}", manifest)


def refused(project: Project, sentence: str) -> None:
    """Installing fails with this sentence, and leaves nothing."""
    before = project.files()
    outcome = project.run("pkg", "install", "ours/hello")
    assert (outcome.code, sentence in outcome.err) == (1, True), outcome.err
    assert ": package ours/hello@1.0.0 is " in outcome.err
    assert project.files() == before


def test_signed_installed_and_verified_without_the_registry(
    project: Project, shop: Shop, ann: CosignKey, oci: OciProgram
) -> None:
    shop.cosign(ann)
    installed = project.run("pkg", "install", "ours/hello").ok()
    assert "ours/hello@1.0.0 is signed by release@example.com" in installed.err
    before = len(oci.requests())
    verified = project.run("pkg", "verify").ok()
    assert "ours/hello@1.0.0 is signed by release@example.com" in verified.err
    answer = checked(project.run("pkg", "verify", "-o", "json").ok().out, "PackageVerificationList")
    assert [each["signedBy"] for each in answer["items"]] == ["release@example.com"]
    project.run("generate", "hello", "web").ok()
    assert "greeting: hello" in project.run("show", "dev", "--verify").ok().out
    assert len(oci.requests()) == before, "what is installed needs no registry"


def test_an_unsigned_package(project: Project, shop: Shop) -> None:
    refused(project, "is not signed")


def test_a_signature_by_another_key(project: Project, shop: Shop) -> None:
    shop.cosign(CosignKey())
    refused(project, "the signature was not made with a trusted cosign key")


def test_a_signature_of_another_manifest(project: Project, shop: Shop, ann: CosignKey) -> None:
    shop.cosign(ann, f"sha256:{'0' * 64}")
    refused(project, f"the signature is for a manifest with the digest sha256:{'0' * 64}")


@pytest.mark.parametrize("name", ["hello@1.0.0/hello/templates/map.yaml.j2", "hello@1.0.0.sig"])
def test_a_changed_byte_in_vendor(project: Project, shop: Shop, ann: CosignKey, name: str) -> None:
    shop.cosign(ann)
    project.run("pkg", "install", "ours/hello").ok()
    path = project.root / "vendor/ours" / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    outcome = project.run("pkg", "verify")
    assert (outcome.code, f"vendor/ours/{name}" in outcome.err) == (1, True), outcome.err


def test_a_clone_restores_the_package_and_its_signature(project: Project, shop: Shop, ann: CosignKey) -> None:
    shop.cosign(ann)
    project.run("pkg", "install", "ours/hello").ok()
    before = vendored(project)
    assert "vendor/ours/hello@1.0.0.sig" in before
    for name in before:
        (project.root / name).unlink()
    project.run("pkg", "restore").ok()
    assert vendored(project) == before


def test_a_removed_signature_is_missed(project: Project, shop: Shop, ann: CosignKey) -> None:
    shop.cosign(ann)
    project.run("pkg", "install", "ours/hello").ok()
    (project.root / "vendor/ours/hello@1.0.0.sig").unlink()
    outcome = project.run("pkg", "verify")
    assert (outcome.code, "package ours/hello@1.0.0 is not signed" in outcome.err) == (1, True)
    assert "dlctl pkg restore" in outcome.err
    project.run("pkg", "restore").ok()
    project.run("pkg", "verify").ok()
