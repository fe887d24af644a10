"""Check a signature that `cosign sign --key` made: with a public key, without a transparency log.

Cosign signs the *simple signing* JSON, which has the digest of the image's manifest. It keeps that JSON as a
layer of the image with the tag `sha256-HEX.sig`, and the signature in the layer's annotation.
"""

import base64
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from dlctl.app.package_model import TrustedKey
from dlctl.errors import RegistryError
from dlctl.registry.signatures.ssh import is_valid, outside

SIGNATURE_ANNOTATION = "dev.cosignproject.cosign/signature"
PAYLOAD_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json"
SIGNED_TYPE = "cosign container image signature"
MAX_PAYLOAD = 100_000


def signature_tag(digest: str) -> str:
    """The tag of the image with the signatures of the manifest with this digest."""
    return f"{digest.replace(':', '-', 1)}.sig"


def check_cosign(payload: bytes, signature: str, public_key: str, digest: str) -> None:
    """Check a signature, in base64, of a payload that names the digest of a manifest.

    Raises RegistryError if it is not by the key (PEM, ECDSA P-256), or if the payload names another digest.
    """
    if not is_signed_by(payload, signature, public_key):
        raise RegistryError("the signature of this text was not made with the trusted key")
    _check_digest(payload, digest)


def check_cosign_by_any(
    payload: bytes, signature: str, trusted: Sequence[TrustedKey], digest: str, today: date
) -> str:
    """Who made the signature: the identity of the trusted key that it is by, or `a cosign key`.

    Raises RegistryError like `check_cosign`, and if the key is not valid today.
    """
    for key in trusted:
        if key.cosign and is_signed_by(payload, signature, key.cosign):
            if not is_valid(key, today):
                raise outside(key)
            _check_digest(payload, digest)
            return key.identity or "a cosign key"
    raise RegistryError(
        "the signature was not made with a trusted cosign key",
        hint="to trust its key, add it to 'trusted' of the registry in dlctl.yaml",
    )


def is_signed_by(payload: bytes, signature: str, public_key: str) -> bool:
    """Whether the signature, in base64, is one of the payload by the key (PEM).

    Raises RegistryError if the key is not one of cosign's kind.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.hashes import SHA256

    key = _loaded(public_key)
    try:
        key.verify(base64.b64decode(signature, validate=True), payload, ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def _loaded(public_key: str) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(public_key.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise RegistryError("a trusted cosign key is not a public key in PEM") from error
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise RegistryError(
            "a trusted cosign key must be of the kind ECDSA P-256",
            hint="'cosign generate-key-pair' creates one",
        )
    return key


def _check_digest(payload: bytes, digest: str) -> None:
    stated = _signed_digest(payload)
    if stated != digest:
        raise RegistryError(
            f"the signature is for a manifest with the digest {stated[:100]}, not {digest}",
            hint="the package was changed after it was signed, or the signature belongs to another package",
        )


def _signed_digest(payload: bytes) -> str:
    """The digest in `critical.image.docker-manifest-digest` of simple signing JSON."""
    if len(payload) > MAX_PAYLOAD:
        raise RegistryError(f"the signed text has more than {MAX_PAYLOAD:,} bytes")
    try:
        critical = json.loads(payload)["critical"]
        kind, found = critical["type"], critical["image"]["docker-manifest-digest"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise RegistryError("the signed text is not in cosign's format") from error
    if kind != SIGNED_TYPE or not isinstance(found, str):
        raise RegistryError("the signed text is not in cosign's format")
    return found
