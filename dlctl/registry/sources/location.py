"""What users write as the place of a registry: a directory, or a git or OCI repository."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from dlctl.app.package_model import RegistryEntry
from dlctl.errors import UsageError
from dlctl.registry.sources.oci.place import FORM, HOST, SCHEME, parse_place

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
_BARE = re.compile(rf"({_HOST}\.[A-Za-z]{{2,}}(?::\d+)?)/")
"""A host without a scheme, as in `github.com/OWNER/REPO`."""
_SCP = re.compile(rf"(?:([A-Za-z0-9_][A-Za-z0-9_.-]*)@)?({_HOST}):(?!//)([^-:].*)")
"""`git@github.com:OWNER/REPO.git`, as scp writes it."""
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_REF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./+-]*")
_PATH = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.,+=@-]*(/[A-Za-z0-9_.][A-Za-z0-9_.,+=@-]*)*")
_CONTROL = re.compile(r"[\x00-\x20\x7f\\]")
_FORMS = (
    "a directory, https://HOST/OWNER/REPO, git@HOST:OWNER/REPO, ssh://…, file://…, "
    f"github.com/OWNER/REPO/tree/REF/PATH or {FORM}"
)


class GitPlace(Struct, frozen=True):
    """A git repository, a ref in it (empty: its default branch) and a path (empty: its root).

    Only the server knows where the ref ends if both are `joined`, as in `tree/REF/PATH`.
    """

    url: str
    ref: str = ""
    path: str = ""
    joined: bool = False


def parse_location(
    text: str, cwd: Path, root: Path, *, ref: str = "", path: str = "", storage: str = ""
) -> RegistryEntry:
    """The entry, without name, of what a user wrote. Raises UsageError for a form that is not supported.

    A directory is stored relative to the app's root, unless it is absolute.
    """
    if text.startswith(SCHEME):
        return _oci_entry(text, ref or path, storage)
    if storage:
        raise UsageError("--storage is only for OCI repositories", hint=f"write {FORM}")
    place = git_place(text)
    if place is None:
        if ref or path:
            raise UsageError("--ref and --path are only for git repositories", hint=f"write {_FORMS}")
        folder = text if Path(text).is_absolute() else os.path.relpath(cwd / text, root)
        return RegistryEntry("", directory=Path(folder).as_posix())
    if ref and place.ref:
        raise UsageError("the ref is given twice: in the location and by --ref", hint="remove --ref")
    if path and place.path:
        raise UsageError("the path is given twice: in the location and by --path", hint="remove --path")
    return RegistryEntry(
        "",
        git=place.url,
        ref=check_ref(ref or place.ref),
        path=check_path(path or place.path),
        from_browser=place.joined,
    )


def _oci_entry(text: str, git_options: str, storage: str) -> RegistryEntry:
    if git_options:
        raise UsageError("--ref and --path are only for git repositories", hint=f"write {FORM}")
    if storage and not HOST.fullmatch(storage):
        raise UsageError(f"'{storage}' is not a host", hint="write HOST or HOST:PORT")
    place = parse_place(text.removeprefix(SCHEME))
    return RegistryEntry("", oci=place.name, tag=place.tag, digest=place.digest, storage=storage)


def git_place(text: str) -> GitPlace | None:
    """The git repository that a text names; None if it names a directory. Raises UsageError."""
    if not text:
        raise UsageError("the location of a registry is empty", hint=f"write {_FORMS}")
    if _CONTROL.search(text) and ("://" in text or "::" in text or _BARE.match(text)):
        raise UsageError("a URL must not contain spaces, backslashes or control characters")
    if "::" in text.split("/", 1)[0]:
        raise UsageError("git's remote helpers, such as ext::, are not allowed", hint=f"write {_FORMS}")
    if "://" in text:
        return _of_url(text)
    if found := _BARE.match(text):
        return _of_url(f"https://{text}") if found else None
    if text.startswith((".", "/", "~")):
        return None
    if "/" not in text.split(":", 1)[0] and (found := _SCP.fullmatch(text)):
        return GitPlace(text.rstrip("/"))
    if text.startswith("-") or ":" in text.split("/", 1)[0]:
        raise UsageError(f"'{text}' is not the location of a registry", hint=f"write {_FORMS}")
    return None


def _of_url(text: str) -> GitPlace:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise UsageError(f"'{text}' is not a valid URL", hint=f"write {_FORMS}") from error
    if parts.scheme not in ("https", "ssh", "file"):
        raise UsageError(
            f"registries are not read through {parts.scheme}://",
            hint="use https or ssh: they authenticate the host; or file:// for a repository on this machine",
        )
    if parts.password is not None or (parts.username is not None and parts.scheme != "ssh"):
        raise UsageError(
            "a URL with a user name or password is not stored",
            hint="remove it; git asks its credential helper: see 'git help credentials'",
        )
    if parts.query or parts.fragment:
        raise UsageError("a URL with '?' or '#' is not supported", hint="pass --ref and --path instead")
    if parts.scheme == "file":
        if parts.netloc or not parts.path.strip("/"):
            raise UsageError("file:// needs an absolute path, as in file:///srv/registry.git")
        return GitPlace(f"file://{parts.path.rstrip('/')}")
    if not re.fullmatch(_HOST, parts.hostname or "") or (
        parts.username and not _USER.fullmatch(parts.username)
    ):
        raise UsageError(f"'{text}' has no valid host name", hint=f"write {_FORMS}")
    user = f"{parts.username}@" if parts.username else ""
    address = f"{parts.scheme}://{user}{parts.hostname}{f':{port}' if port else ''}"
    return _in_repository(address, parts.path.strip("/"), web=parts.scheme == "https")


def _in_repository(address: str, path: str, *, web: bool) -> GitPlace:
    """Split the web forms OWNER/REPO/tree/REF/PATH and GROUP/REPO/-/tree/REF/PATH."""
    if not path or any(
        part in ("", ".", "..") or (part.startswith("-") and part != "-") for part in path.split("/")
    ):
        raise UsageError(f"'{address}/{path}' does not name a repository", hint=f"write {_FORMS}")
    segments = path.split("/")
    for mark, at in ((["-", "tree"], _index(segments, ["-", "tree"])), (["tree"], 2)):
        if web and at >= 2 and segments[at : at + len(mark)] == mark:
            ref, *below = segments[at + len(mark) :] or [""]
            return GitPlace(f"{address}/{'/'.join(segments[:at])}", ref, "/".join(below), joined=bool(below))
    return GitPlace(f"{address}/{path}")


def _index(segments: list[str], mark: list[str]) -> int:
    return next((i for i in range(len(segments)) if segments[i : i + len(mark)] == mark), -1)


def check_ref(ref: str) -> str:
    """Return a ref that git cannot take for an option or a range. Raises UsageError."""
    if ref and (not _REF.fullmatch(ref) or ".." in ref or "//" in ref or ref.endswith((".lock", "/", "."))):
        raise UsageError(f"'{ref}' is not a valid branch, tag or commit")
    return ref


def check_path(path: str) -> str:
    """Return a path in a repository, without `/` at its ends. Raises UsageError if it may lead elsewhere."""
    path = path.strip("/")
    if path and (not _PATH.fullmatch(path) or ".." in path.split("/") or "." in path.split("/")):
        raise UsageError(f"'{path}' is not a valid path in a repository")
    return path
