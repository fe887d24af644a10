"""Sign plans in files, and check who signed one."""

from collections.abc import Iterator
from pathlib import Path

from dlctl.app.model import Environment
from dlctl.app.package_model import SSH_KEY
from dlctl.errors import AppError, Location, PlanError
from dlctl.files.presence import file_exists, read_file
from dlctl.files.replace import replace_file
from dlctl.registry.signatures.keygen import is_made_by, is_made_for, sign
from dlctl.registry.signatures.ssh_format import SshSignature, key_bytes, signatures_in, with_signatures

NAMESPACE = "plan@dlctl.dev"
"""The namespace of SSH signatures of plans: one that was made for something else does not count."""
_APPROVER = "approver"


def signature_file(path: Path) -> Path:
    """The file with the signatures of a plan, beside it."""
    return path.with_name(f"{path.name}.sig")


def sign_plan(path: Path, content: bytes, key: Path) -> str:
    """Add a signature to those of a plan in a file; the key's fingerprint.

    Signatures of what the file was before are dropped. Raises RegistryError, PlanError or FileError.
    """
    armored = sign(content, key, NAMESPACE)
    kept = b"".join(each.armored for each in plan_signatures(path, content))
    signed = with_signatures(kept, armored) if kept else armored
    if signed is None:
        raise PlanError("the plan has too many signatures", location=Location(str(signature_file(path))))
    replace_file(signature_file(path), signed)
    return signatures_in(armored)[0].fingerprint


def plan_signatures(path: Path, content: bytes) -> tuple[SshSignature, ...]:
    """The signatures of this very plan, whoever made them. Raises FileError or RegistryError."""
    return tuple(
        each
        for each in _stored(path)
        if each.namespace == NAMESPACE and is_made_for(each, content, NAMESPACE)
    )


def has_other_signatures(path: Path, content: bytes) -> bool:
    """Whether a signature beside a plan is of something else, such as of the plan before it was changed.

    Raises FileError or RegistryError.
    """
    return len(_stored(path)) > len(plan_signatures(path, content))


def approved_by(environment: Environment, path: Path, content: bytes) -> str:
    """The fingerprint of the key in `approve` that signed a plan.

    Raises PlanError if none did; AppError, FileError or RegistryError.
    """
    signatures = plan_signatures(path, content)
    for key in approver_keys(environment):
        for signature in signatures:
            by_this = key_bytes(key) == signature.key
            if by_this and is_made_by(signature, content, NAMESPACE, _APPROVER, key):
                return signature.fingerprint
    raise PlanError(
        f"environment {environment.name} accepts only plans signed with a key listed under 'approve', "
        f"and {_why_not(path, signatures)}",
        location=Location(str(path)),
        hint=f"have it signed by one of these keys: dlctl plan sign {path} --key KEY",
    )


def _why_not(path: Path, signatures: tuple[SshSignature, ...]) -> str:
    if signatures:
        return f"this one is signed by {', '.join(each.fingerprint for each in signatures)}"
    if _stored(path):
        return "the signatures do not match this plan: it was changed after it was signed"
    return "this one is not signed"


def _stored(path: Path) -> tuple[SshSignature, ...]:
    file = signature_file(path)
    return signatures_in(read_file(file)) if file_exists(file, str(file)) else ()


def approver_keys(environment: Environment) -> Iterator[str]:
    """The public keys of `approve`, those in files included. Raises AppError or FileError."""
    root = environment.folder.parents[environment.name.count("/") + 1]
    for stated in environment.approvers:
        if SSH_KEY.fullmatch(stated):
            yield stated
            continue
        lines = read_file(root / stated, stated).decode("utf-8", "replace").splitlines()
        keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        if not keys or not all(map(SSH_KEY.fullmatch, keys)):
            raise AppError(
                "a file of 'approve' must have SSH public keys, one in each line",
                location=Location(stated),
                hint="write lines as in a .pub file, such as 'ssh-ed25519 AAAA…'",
            )
        yield from keys
