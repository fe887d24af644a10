"""The format of SSH signatures (PROTOCOL.sshsig of OpenSSH): what can be read without checking anything."""

import base64
import binascii
import hashlib
import re

from msgspec import Struct

MAX_SIGNATURES = 8
_ARMOR = re.compile(
    rb"-----BEGIN SSH SIGNATURE-----\r?\n([A-Za-z0-9+/=\r\n]{1,16384})-----END SSH SIGNATURE-----"
)
_MAGIC = b"SSHSIG\x00\x00\x00\x01"


class SshSignature(Struct, frozen=True):
    """A signature: its armored text, the public key (or certificate) in it, and its namespace."""

    armored: bytes
    key: bytes
    namespace: str

    @property
    def fingerprint(self) -> str:
        """The key's fingerprint, as ssh-keygen shows it."""
        return fingerprint(self.key)


def fingerprint(key: bytes) -> str:
    """The fingerprint of a public key in SSH's format."""
    return f"SHA256:{base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip('=')}"


def key_bytes(public_key: str) -> bytes:
    """The key in a line of a .pub file; empty if it is not base64."""
    try:
        return base64.b64decode(public_key.split(" ")[1], validate=True)
    except (binascii.Error, IndexError):
        return b""


def signatures_in(data: bytes) -> tuple[SshSignature, ...]:
    """The signatures in a file, at most `MAX_SIGNATURES`; what cannot be read is left out."""
    found = (_parsed(match[0], match[1]) for match in _ARMOR.finditer(data))
    return tuple(each for each in found if each is not None)[:MAX_SIGNATURES]


def with_signatures(data: bytes, more: bytes) -> bytes | None:
    """A file of signatures with those of another one that it lacks; None if not all can be kept in it."""
    known = {each.armored for each in signatures_in(data)}
    new = [each.armored for each in signatures_in(more) if each.armored not in known]
    if not known or not (new or signatures_in(more)) or len(known) + len(new) > MAX_SIGNATURES:
        return None
    return b"".join([data.rstrip(b"\n"), *(b"\n" + each for each in new), b"\n"]) if new else data


def _parsed(armored: bytes, inner: bytes) -> SshSignature | None:
    try:
        blob = base64.b64decode(b"".join(inner.split()), validate=True)
    except binascii.Error:
        return None
    if not blob.startswith(_MAGIC):
        return None
    key, rest = _string(blob[len(_MAGIC) :])
    namespace, _ = _string(rest)
    return SshSignature(armored + b"\n", key, namespace.decode("utf-8", "replace"))


def _string(data: bytes) -> tuple[bytes, bytes]:
    """A string with its length before it, and what comes after it."""
    end = 4 + int.from_bytes(data[:4], "big")
    return data[4:end], data[end:]
