"""The URL of an API server, which is shown and stored, and so must hold no credentials."""

from urllib.parse import SplitResult, urlsplit

from dlctl.pattern import pattern

SCHEMES = ("http", "https")
_UNPRINTABLE = pattern(r"[\s\x00-\x1f\x7f]")
_URL = pattern(r"(https?://)?[A-Za-z0-9_.:%\[\]-]+(/[A-Za-z0-9_.~:%/-]*)?")

WRITE_URL = "write https://HOST:PORT"
"""What to do about a text that is no URL."""

HINT = (
    "write https://HOST:PORT; a user name and a password belong to the kubeconfig's user, "
    "as 'username' and 'password'"
)
"""What to do about a URL with credentials."""

PROBLEM = "has credentials or a query in its URL, so it is neither shown nor stored"


def may_hold_credentials(url: str) -> bool:
    """Whether a server's URL has a part that may hold credentials: a user, a query or a fragment."""
    return any(mark in url for mark in "@?#")


def is_server_url(url: str) -> bool:
    """Whether a text may be given as a server's URL; as in a kubeconfig, it may lack `https://`."""
    return _URL.fullmatch(url) is not None and server_parts(url) is not None


def server_parts(url: str) -> SplitResult | None:
    """The parts of a server's URL, which may lack its scheme; None for what cannot be one."""
    return parse_url(with_scheme(url), SCHEMES)


def parse_url(text: str, schemes: tuple[str, ...]) -> SplitResult | None:
    """The parts of a URL with one of these schemes and a host; None for anything else."""
    try:
        parts = urlsplit(text)
        # Access to the port validates it.
        usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if usable and not _UNPRINTABLE.search(text) else None


def with_scheme(url: str) -> str:
    """A server's URL with a scheme: http, as for kubectl, where it has none."""
    return url if "://" in url else f"http://{url}"


def trimmed(url: str) -> str:
    """A server's URL without slashes at its end, its scheme in lower case."""
    scheme, separator, rest = url.partition("://")
    return with_plain_scheme(f"{scheme}{separator}{rest.rstrip('/')}" if separator else url.rstrip("/"))


def without_password(url: str) -> str:
    """A URL for messages, without user name and password."""
    scheme, separator, rest = url.rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"


def with_plain_scheme(url: str) -> str:
    """A URL with its scheme in lower case: `HTTPS://host` is `https://host` (RFC 3986, section 3.1)."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme.lower()}{separator}{rest}" if separator else url
