"""Digests of what a plan was made from and leads to; those of secrets cannot be searched by guesses."""

import base64
import hashlib
import json
import os
from typing import Any

from msgspec import Struct, field

COST, BLOCK, PARALLEL = 2**14, 8, 1
"""The parameters of scrypt (RFC 7914): 16 MiB and some 50 ms for each digest."""
SALT_BYTES = 16
_SLOW = "scrypt:"


class Digests(Struct, frozen=True):
    """Digests of one plan: SHA-256, and for what has secrets scrypt with the plan's own random `salt`."""

    salt: bytes = field(default_factory=lambda: os.urandom(SALT_BYTES))
    _known: dict[bytes, str] = field(default_factory=dict)

    @property
    def salt_text(self) -> str:
        """The salt in base64."""
        return base64.b64encode(self.salt).decode()

    def of(self, value: Any, *, secret: bool) -> str:
        """The digest of a JSON value, which may be or hold a `secret`."""
        text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
        plain = hashlib.sha256(text.encode("utf-8", "surrogatepass"))
        return self._slow(plain.digest()) if secret else f"sha256:{plain.hexdigest()}"

    def _slow(self, content: bytes) -> str:
        if content not in self._known:
            found = hashlib.scrypt(content, salt=self.salt, n=COST, r=BLOCK, p=PARALLEL, dklen=32)
            self._known[content] = f"{_SLOW}{found.hex()}"
        return self._known[content]


def digests_with(salt: str) -> Digests:
    """The digests of a plan that was read, to compare with. Raises ValueError for a salt that is none."""
    return Digests(base64.b64decode(salt, validate=True))


def is_slow(digest: str) -> bool:
    """Whether a digest is one of a secret."""
    return digest.startswith(_SLOW)
