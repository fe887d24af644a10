"""The URL of an API server, which is shown and stored, and so must hold no credentials."""

from dlctl.pattern import pattern

_URL = pattern(r"(https?://)?[A-Za-z0-9_.:%\[\]-]+(/[A-Za-z0-9_.~:%/-]*)?")

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
    """Whether a text may be a server's URL; as in a kubeconfig, it may lack `https://`."""
    return _URL.fullmatch(url) is not None


def without_password(url: str) -> str:
    """A URL for messages, without user name and password."""
    scheme, separator, rest = url.rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"


def with_plain_scheme(url: str) -> str:
    """A URL with its scheme in lower case: `HTTPS://host` is `https://host` (RFC 3986, section 3.1)."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme.lower()}{separator}{rest}" if separator else url
