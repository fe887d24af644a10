"""Read which signatures are accepted for the packages of a registry: `require_signed` and `trusted`."""

import re
from datetime import date

from dlctl.app import file_keys
from dlctl.app.package_model import SSH_KEY, TrustedKey
from dlctl.app.reader import Reader
from dlctl.errors import AppError
from dlctl.pattern import pattern

_PEM = pattern(r"-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+/=\n]+\n-----END PUBLIC KEY-----\n?")
_IDENTITY = pattern(r"[A-Za-z0-9_][A-Za-z0-9_.@+/:-]{0,254}")
_TEXTS = ("ssh", "cosign", "identity", "valid_after", "valid_before")


def read_trust(name: str, reader: Reader) -> tuple[bool, tuple[TrustedKey, ...]]:
    """Whether the packages of registry `name` must be signed, and the keys that count. Raises AppError."""
    required = reader.flag("require_signed")
    trusted = tuple(_key(each) for each in reader.readers("trusted"))
    if required and not trusted:
        raise AppError(
            f"registry '{name}' requires signatures, and trusts no key",
            location=reader.place("require_signed"),
            hint="add 'trusted:' with '- ssh: KEY' or '- cosign: KEY'",
        )
    return required, trusted


def _key(reader: Reader) -> TrustedKey:
    reader.only(*file_keys.TRUSTED_KEY)
    values = {key: reader.text(key) for key in _TEXTS}
    if bool(values["ssh"]) == bool(values["cosign"]):
        raise AppError("a trusted key needs exactly one of 'ssh' and 'cosign'", location=reader.place())
    _matching(reader, "ssh", SSH_KEY, "a public key as in a .pub file, such as 'ssh-ed25519 AAAA…'")
    _matching(reader, "cosign", _PEM, "a public key in PEM, '-----BEGIN PUBLIC KEY-----' and so on")
    _matching(reader, "identity", _IDENTITY, "a name such as release@example.com")
    for key in ("valid_after", "valid_before"):
        _check_day(reader, key)
    authority = reader.flag("authority")
    if authority and not (values["ssh"] and values["identity"]):
        raise AppError("'authority' needs 'ssh' and 'identity'", location=reader.place("authority"))
    return TrustedKey(**values, authority=authority)


def _matching(reader: Reader, key: str, pattern: re.Pattern[str], what: str) -> None:
    if reader.text(key) and not pattern.fullmatch(reader.text(key)):
        raise AppError(f"'{key}' must be {what}", location=reader.place(key))


def _check_day(reader: Reader, key: str) -> None:
    value = reader.text(key)
    try:
        valid = not value or (len(value) == 10 and bool(date.fromisoformat(value)))
    except ValueError:
        valid = False
    if not valid:
        raise AppError(f"'{key}' must be a day such as 2027-01-31", location=reader.place(key))
