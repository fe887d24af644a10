"""Check an SSH signature with `ssh-keygen -Y verify` (OpenSSH 8.2 or newer)."""

from collections.abc import Sequence
from datetime import date

from dlctl.app.package_model import TrustedKey
from dlctl.errors import RegistryError
from dlctl.registry.signatures.keygen import is_made_by, is_made_for
from dlctl.registry.signatures.ssh_format import SshSignature, key_bytes, signatures_in
from dlctl.registry.signatures.statement import NAMESPACE

_ANYBODY = "publisher"
"""The identity of a key that is trusted without one."""


def check_ssh(data: bytes, text: str, trusted: Sequence[TrustedKey], today: date) -> str:
    """Who signed `text`, by the first signature in `data` that one of the trusted keys made.

    Raises RegistryError that says what is wrong with the first signature, if none is valid.
    """
    found = signatures_in(data)
    if not found:
        raise _none()
    refused = []
    for signature in found:
        try:
            return _signer(signature, text, trusted, today)
        except RegistryError as error:
            refused.append(error)
    raise refused[0]


def check_made_for(data: bytes, text: str) -> None:
    """Check that every SSH signature in `data` is one of `text` for packages, whoever made it.

    Raises RegistryError, also if there is none.
    """
    found = signatures_in(data)
    if not found:
        raise _none()
    for signature in found:
        _check_namespace(signature)
        _check_text(signature, text)


def _none() -> RegistryError:
    return RegistryError("the file has no SSH signature")


def _check_namespace(signature: SshSignature) -> None:
    if signature.namespace != NAMESPACE:
        raise RegistryError(
            f"the signature was made for '{signature.namespace[:100]}', not for packages of dlctl",
            hint=f"sign with: ssh-keygen -Y sign -n {NAMESPACE}",
        )


def _signer(signature: SshSignature, text: str, trusted: Sequence[TrustedKey], today: date) -> str:
    _check_namespace(signature)
    _check_text(signature, text)
    keys = [key for key in trusted if _may_be(key, signature)]
    valid = [key for key in keys if is_valid(key, today)]
    for key in valid:
        if _verified(signature, text, key):
            return f"{key.identity} ({signature.fingerprint})" if key.identity else signature.fingerprint
    raise (
        outside(keys[0])
        if keys and not valid
        else RegistryError(
            f"the signature was made with key {signature.fingerprint}, which is not trusted",
            hint="to trust it, add the key to 'trusted' of the registry in dlctl.yaml",
        )
    )


def _may_be(key: TrustedKey, signature: SshSignature) -> bool:
    """Whether the signature may be by this key: a certificate is by any that it names."""
    return bool(key.ssh) and (key.authority or key_bytes(key.ssh) == signature.key)


def is_valid(key: TrustedKey, today: date) -> bool:
    """Whether the key is valid today."""
    day = today.isoformat()
    return (not key.valid_after or day >= key.valid_after) and (
        not key.valid_before or day < key.valid_before
    )


def outside(key: TrustedKey) -> RegistryError:
    """The error for a signature by a key that is not valid today."""
    limits = [f"from {key.valid_after}"] if key.valid_after else []
    limits += [f"before {key.valid_before}"] if key.valid_before else []
    return RegistryError(
        f"the signature was made with a key that is only trusted {' and '.join(limits)}",
        hint="sign the package again with a key that is valid",
    )


def _check_text(signature: SshSignature, text: str) -> None:
    """Raise RegistryError if the signature, whoever made it, is not one of this text."""
    if not is_made_for(signature, text.encode(), NAMESPACE):
        raise RegistryError(
            "the signature does not match this content",
            hint="the package was changed after it was signed, or the signature belongs to another package",
        )


def _verified(signature: SshSignature, text: str, key: TrustedKey) -> bool:
    identity = key.identity or _ANYBODY
    return is_made_by(signature, text.encode(), NAMESPACE, identity, key.ssh, authority=key.authority)
