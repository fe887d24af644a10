"""Signatures of cosign with a public key: the payload, the key, and what each must be about."""

import base64
import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from dlctl.app.package_model import TrustedKey
from dlctl.errors import RegistryError
from dlctl.registry.signatures.bundle import CosignSignature, bundle, check_bundle, is_bundle
from dlctl.registry.signatures.cosign import check_cosign, check_cosign_by_any, signature_tag
from tests.packages.registries import empty_app
from tests.packages.signing import trust
from tests.project import Project

DIGEST = f"sha256:{'a' * 64}"
OTHER = f"sha256:{'b' * 64}"
TODAY = date(2026, 6, 1)
ANN, BOB = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))


def pem(key: Any) -> str:
    """The public key, as `cosign.pub` has it."""
    data: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return data.decode()


def payload(digest: str = DIGEST, **critical: Any) -> bytes:
    """The text that `cosign sign` signs for an image with this digest."""
    about = {
        "identity": {"docker-reference": "registry.example.com/packages/hello"},
        "image": {"docker-manifest-digest": digest},
        "type": "cosign container image signature",
    }
    return json.dumps({"critical": about | critical, "optional": None}).encode()


def signed(text: bytes, key: Any = ANN) -> str:
    return base64.b64encode(key.sign(text, ec.ECDSA(SHA256()))).decode()


def test_a_signature_by_the_key() -> None:
    check_cosign(payload(), signed(payload()), pem(ANN), DIGEST)


@pytest.mark.parametrize(
    ("text", "signature", "key", "message"),
    [
        (payload(), signed(payload(), BOB), pem(ANN), "was not made with the trusted key"),
        (payload(OTHER), signed(payload()), pem(ANN), "was not made with the trusted key"),
        (payload(OTHER), signed(payload(OTHER)), pem(ANN), "for a manifest with the digest sha256:bbb"),
        (payload(), "%%%", pem(ANN), "was not made with the trusted key"),
        (payload(), "", pem(ANN), "was not made with the trusted key"),
        (payload(), base64.b64encode(b"x" * 64).decode(), pem(ANN), "was not made with the trusted key"),
        (b"[]", signed(b"[]"), pem(ANN), "not in cosign's format"),
        (b"{", signed(b"{"), pem(ANN), "not in cosign's format"),
        (payload(type="atomic"), signed(payload(type="atomic")), pem(ANN), "not in cosign's format"),
        (payload(image={}), signed(payload(image={})), pem(ANN), "not in cosign's format"),
        (payload(image=[1]), signed(payload(image=[1])), pem(ANN), "not in cosign's format"),
        (b"[" * 50_000, signed(b"[" * 50_000), pem(ANN), "not in cosign's format"),
        (b" " * 200_000, signed(b" " * 200_000), pem(ANN), "more than 100,000 bytes"),
        (payload(), signed(payload()), "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "no"),
        (payload(), signed(payload()), pem(ed25519.Ed25519PrivateKey.generate()), "of the kind ECDSA P-256"),
        (payload(), signed(payload()), pem(ec.generate_private_key(ec.SECP384R1())), "of the kind ECDSA"),
    ],
    ids=range(16),
)
def test_what_is_refused(text: bytes, signature: str, key: str, message: str) -> None:
    with pytest.raises(RegistryError, match=message):
        check_cosign(text, signature, key, DIGEST)


def test_any_of_several_keys() -> None:
    trusted = [TrustedKey(ssh="ssh-ed25519 AAAA"), TrustedKey(cosign=pem(BOB)), TrustedKey(cosign=pem(ANN))]
    assert check_cosign_by_any(payload(), signed(payload()), trusted, DIGEST, TODAY) == "a cosign key"
    named = [TrustedKey(cosign=pem(ANN), identity="ann@example.com")]
    assert check_cosign_by_any(payload(), signed(payload()), named, DIGEST, TODAY) == "ann@example.com"


@pytest.mark.parametrize(
    ("trusted", "message"),
    [
        ([], "not made with a trusted cosign key"),
        ([TrustedKey(cosign=pem(BOB))], "not made with a trusted cosign key"),
        ([TrustedKey(cosign=pem(ANN), valid_before="2026-06-01")], "only trusted before 2026-06-01"),
        ([TrustedKey(cosign=pem(ANN), valid_after="2026-06-02")], "only trusted from 2026-06-02"),
    ],
)
def test_keys_that_do_not_count(trusted: list[TrustedKey], message: str) -> None:
    with pytest.raises(RegistryError, match=message):
        check_cosign_by_any(payload(), signed(payload()), trusted, DIGEST, TODAY)


def test_a_signature_of_another_manifest_does_not_count() -> None:
    trusted = [TrustedKey(cosign=pem(ANN))]
    with pytest.raises(RegistryError, match="for a manifest with the digest"):
        check_cosign_by_any(payload(OTHER), signed(payload(OTHER)), trusted, DIGEST, TODAY)


PACKAGE = ("hello", "1.0.0", f"sha256:{'c' * 64}")


def manifest(name: str = "hello", version: str = "1.0.0", digest: str = PACKAGE[2]) -> bytes:
    """The manifest of a package, as far as signatures are concerned."""
    keys = ("name", "version", "digest")
    stated = zip(keys, (name, version, digest), strict=True)
    return json.dumps({"annotations": {f"dev.dlctl.package.{key}": value for key, value in stated}}).encode()


def digest_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def signature_of(data: bytes, key: Any = ANN) -> CosignSignature:
    text = payload(digest_of(data))
    return CosignSignature(text, signed(text, key))


def test_a_manifest_with_its_signatures() -> None:
    data = bundle(manifest(), [signature_of(manifest(), BOB), signature_of(manifest())])
    trusted = [TrustedKey(cosign=pem(ANN), identity="ann@example.com")]
    assert is_bundle(data)
    assert check_bundle(data, PACKAGE, trusted, TODAY) == "ann@example.com"
    assert bundle(manifest(), ()) == b""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (bundle(manifest("other"), [signature_of(manifest("other"))]), "does not match this content"),
        (bundle(manifest(version="1.0.1"), [signature_of(manifest(version="1.0.1"))]), "does not match this"),
        (
            bundle(manifest(digest=OTHER), [signature_of(manifest(digest=OTHER))]),
            "does not match this content",
        ),
        (bundle(manifest(), [signature_of(manifest("other"))]), "for a manifest with the digest"),
        (bundle(manifest(), [signature_of(manifest(), BOB)]), "not made with a trusted cosign key"),
        (b"{}", "no cosign signature"),
        (b'{"manifest": "", "signatures": []}', "not that of a package"),
        (
            bundle(manifest(), [signature_of(manifest())]).replace(b'"payload": "', b'"payload": "%'),
            "no cosign",
        ),
        (b"{" * 99_999, "no cosign signature"),
        (bundle(b"[]", [signature_of(b"[]")]), "not that of a package"),
    ],
    ids=range(10),
)
def test_a_bundle_that_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(RegistryError, match=message):
        check_bundle(data, PACKAGE, [TrustedKey(cosign=pem(ANN))], TODAY)


def test_a_package_with_a_signature_of_cosign(project: Project, ours: Path) -> None:
    """From a directory: as an OCI repository gives it."""
    empty_app(project)
    project.run("registry", "add", "ours", str(ours)).ok()
    trust(project, f"{{cosign: {json.dumps(pem(ANN))}, identity: ann@example.com}}")
    name, version, digest = project.run("pkg", "digest", str(ours / "hello")).ok().out.split()
    for key in (BOB, ANN):
        data = manifest(name, version, digest)
        (ours / "hello.sig").write_bytes(bundle(data, [signature_of(data, key)]))
        outcome = project.run("pkg", "install", "ours/hello")
        if key is BOB:
            assert (outcome.code, "not made with a trusted cosign key" in outcome.err) == (1, True)
    assert "ours/hello@1.0.0 is signed by ann@example.com" in project.run("pkg", "verify").ok().err


def test_where_cosign_keeps_signatures() -> None:
    assert signature_tag(DIGEST) == f"sha256-{'a' * 64}.sig"
