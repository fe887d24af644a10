"""The name of an OCI repository: `HOST[:PORT]/REPOSITORY`, with a tag or a digest."""

import re

from msgspec import Struct

from dlctl import environment_proxy
from dlctl.app.package_keys import DIGEST
from dlctl.errors import UsageError

SCHEME = "oci://"
FORM = "oci://HOST[:PORT]/REPOSITORY[:TAG|@DIGEST]"
DEFAULT_TAG = "latest"
TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", re.ASCII)
HOST = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?", re.ASCII
)
_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_PART}(?:/{_PART})*", re.ASCII)
_DOCKER_HUB = "docker.io"
_DOCKER_HUB_API = "registry-1.docker.io"


class OciPlace(Struct, frozen=True):
    """A repository in an OCI registry, and a tag or a digest in it; both empty is the default tag."""

    host: str
    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """`HOST/REPOSITORY`, as dlctl.yaml has it."""
        return f"{self.host}/{self.repository}"

    @property
    def address(self) -> str:
        """Scheme and host of its API. Only on this machine it may be plain HTTP."""
        host = _DOCKER_HUB_API if self.host == _DOCKER_HUB else self.host
        return f"{'http' if is_loopback(host) else 'https'}://{host}"


def is_loopback(host: str) -> bool:
    """Whether a host, with or without a port, is this machine."""
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return environment_proxy.is_loopback(name.lower())


def parse_place(text: str) -> OciPlace:
    """Parse `HOST[:PORT]/REPOSITORY[:TAG|@DIGEST]`. Raises UsageError."""
    rest, at, digest = text.partition("@")
    host, slash, path = rest.partition("/")
    repository, colon, tag = path.partition(":")
    if (
        not slash
        or not HOST.fullmatch(host)
        or not _REPOSITORY.fullmatch(repository)
        or len(repository) > 255
    ):
        raise UsageError(
            f"'{SCHEME}{_without_user(text)}' does not name an OCI repository",
            hint=f"write {FORM}; repositories have lowercase letters, digits and . _ - /",
        )
    if at and (colon or not DIGEST.fullmatch(digest)):
        raise UsageError(
            f"'@{digest}' is not a digest",
            hint="write @sha256: and 64 hexadecimal digits"
            if not colon
            else "name a tag or a digest, not both",
        )
    if colon:
        check_tag(tag)
    return OciPlace(host, repository, tag, digest)


def check_tag(tag: str) -> str:
    """Return a tag. Raises UsageError if it is not valid."""
    if not TAG.fullmatch(tag):
        raise UsageError(
            f"'{tag}' is not a valid tag",
            hint="use letters, digits, '_', '.' and '-', at most 128 characters",
        )
    return tag


def _without_user(text: str) -> str:
    """The text without what may be a password."""
    return text.rpartition("@")[2] if "@" in text.partition("/")[0] else text
