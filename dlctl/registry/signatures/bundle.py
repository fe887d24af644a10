"""The signatures that cosign made of a package's OCI manifest, with the manifest itself.

Cosign signs the digest of the manifest, whose annotations state the package's name, version and digest. So
the manifest is kept with the signatures, and `pkg verify` needs no registry.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from dlctl.app.package_model import TrustedKey
from dlctl.errors import RegistryError
from dlctl.registry.signatures.cosign import check_cosign_by_any

NAME = "dev.dlctl.package.name"
VERSION = "dev.dlctl.package.version"
DIGEST = "dev.dlctl.package.digest"
"""The annotations of a package's manifest."""
MAX_SIGNATURES = 8


class CosignSignature(Struct, frozen=True):
    """A signed payload, and its signature in base64."""

    payload: bytes
    signature: str


def bundle(manifest: bytes, signatures: Iterable[CosignSignature]) -> bytes:
    """The content of a .sig file with a manifest's signatures; empty if there are none."""
    listed = [
        {"payload": base64.b64encode(each.payload).decode(), "signature": each.signature}
        for each in signatures
    ]
    if not listed:
        return b""
    value = {"manifest": base64.b64encode(manifest).decode(), "signatures": listed}
    return json.dumps(value, indent=1).encode() + b"\n"


def is_bundle(data: bytes) -> bool:
    """Whether a .sig file has cosign's signatures, and not SSH's."""
    return data.lstrip()[:1] == b"{"


def check_bundle(
    data: bytes, package: tuple[str, str, str], trusted: Sequence[TrustedKey], today: date
) -> str:
    """Who signed the manifest of a package, given by its name, version and digest.

    Raises RegistryError that says what is wrong with the first signature, if none is valid.
    """
    manifest, signatures = check_stated(data, package)
    digest = f"sha256:{hashlib.sha256(manifest).hexdigest()}"
    refused = []
    for each in signatures:
        try:
            return check_cosign_by_any(each.payload, each.signature, trusted, digest, today)
        except RegistryError as error:
            refused.append(error)
    raise refused[0] if refused else RegistryError("the file has no cosign signature")


def check_stated(data: bytes, package: tuple[str, str, str]) -> tuple[bytes, tuple[CosignSignature, ...]]:
    """The manifest in a .sig file, and its signatures, which are not checked.

    Raises RegistryError if the manifest is not that of this package.
    """
    manifest, signatures = _read(data)
    if _stated(manifest) != package:
        raise RegistryError(
            "the signature does not match this content",
            hint="the package was changed after it was signed, or the signature belongs to another package",
        )
    return manifest, signatures


def _read(data: bytes) -> tuple[bytes, tuple[CosignSignature, ...]]:
    try:
        value: Any = json.loads(data)
        listed = value["signatures"][:MAX_SIGNATURES]
        signatures = tuple(
            CosignSignature(_bytes(each["payload"]), str(each["signature"])) for each in listed
        )
        return _bytes(value["manifest"]), signatures
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise RegistryError("the file has no cosign signature") from error


def _bytes(text: object) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def _stated(manifest: bytes) -> tuple[str, ...]:
    """The name, version and digest that a manifest states."""
    try:
        annotations: Any = json.loads(manifest)["annotations"]
        return tuple(str(annotations[key]) for key in (NAME, VERSION, DIGEST))
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise RegistryError("the signed manifest is not that of a package") from error
