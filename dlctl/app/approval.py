"""The keys of `approve` in environment.yaml: whose signature a plan needs."""

from dlctl.app import file_keys
from dlctl.app.package_model import SSH_KEY, SSH_KEY_KINDS
from dlctl.app.reader import Reader
from dlctl.errors import AppError


def read_approvers(reader: Reader) -> tuple[str, ...]:
    """SSH public keys, or files with them, as they are stated; empty: no plan needs to be signed.

    Raises AppError where `approve` has no key, or one that is not whole.
    """
    approve = reader.child("approve")
    if approve is None:
        return ()
    approve.only(*file_keys.APPROVE)
    keys = approve.texts("keys")
    if not keys:
        raise AppError(
            "'approve' has no keys",
            location=approve.place(),
            hint="add 'keys:' with SSH public keys or files with them, or remove 'approve'",
        )
    for index, key in enumerate(keys):
        if not key or (key.startswith(SSH_KEY_KINDS) and not SSH_KEY.fullmatch(key)):
            raise AppError(
                "a key must be a file, or a public key as in a .pub file, such as 'ssh-ed25519 AAAA…'",
                location=approve.place("keys", index),
            )
    return keys
