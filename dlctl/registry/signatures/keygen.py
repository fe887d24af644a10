"""Run `ssh-keygen -Y` (OpenSSH 8.2 or newer): sign a text, and check a signature."""

import subprocess
import tempfile
from pathlib import Path

from dlctl.errors import RegistryError
from dlctl.registry.signatures.ssh_format import SshSignature

TIMEOUT = 30
"""Seconds for one check by ssh-keygen."""


def is_made_for(signature: SshSignature, text: bytes, namespace: str) -> bool:
    """Whether a signature, whoever made it, is one of this text. Raises RegistryError without ssh-keygen."""
    with tempfile.TemporaryDirectory(prefix="dlctl-") as name:
        return _accepts(Path(name), signature, text, "check-novalidate", "-n", namespace)


def is_made_by(
    signature: SshSignature, text: bytes, namespace: str, identity: str, key: str, *, authority: bool = False
) -> bool:
    """Whether a signature of this text is by a key, which is a line as in a .pub file.

    With `authority` it signs certificates. Raises RegistryError without ssh-keygen.
    """
    options = f'namespaces="{namespace}"' + (",cert-authority" if authority else "")
    with tempfile.TemporaryDirectory(prefix="dlctl-") as name:
        allowed = Path(name) / "allowed_signers"
        allowed.write_text(f"{identity} {options} {' '.join(key.split(' ')[:2])}\n")
        words = ("verify", "-n", namespace, "-I", identity, "-f", str(allowed))
        return _accepts(Path(name), signature, text, *words)


def sign(text: bytes, key: Path, namespace: str) -> bytes:
    """The armored signature of a text; ssh-keygen may ask for the key's passphrase. Raises RegistryError."""
    try:
        ended = subprocess.run(
            ["ssh-keygen", "-Y", "sign", "-n", namespace, "-f", str(key)],
            input=text,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise _missing("SSH signatures cannot be made") from error
    if ended.returncode:
        # Neither the argument nor the answer is shown: somebody may have passed the key itself.
        raise RegistryError(
            "ssh-keygen cannot sign with this key: it is not a key, or it cannot be read or unlocked",
            hint="pass a private SSH key, or the .pub file of a key that ssh-agent has",
        )
    return ended.stdout


def _accepts(folder: Path, signature: SshSignature, text: bytes, *words: str) -> bool:
    """Whether ssh-keygen accepts the signature."""
    file = folder / "signature"
    file.write_bytes(signature.armored)
    try:
        ended = subprocess.run(
            ["ssh-keygen", "-Y", *words, "-s", str(file)],
            input=text,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except FileNotFoundError as error:
        raise _missing("SSH signatures cannot be checked") from error
    except subprocess.TimeoutExpired as error:
        raise RegistryError(f"ssh-keygen did not end within {TIMEOUT} s") from error
    return ended.returncode == 0


def _missing(what: str) -> RegistryError:
    return RegistryError(
        f"ssh-keygen is not installed: {what}", hint="install the client of OpenSSH, 8.2 or newer"
    )
