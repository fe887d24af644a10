"""An API server's error response, as it is: its code, its Status, else what its text says."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from dlctl.json_text import NotJson, parse_json
from dlctl.pattern import pattern

_UNTYPED = ("failed to create typed patch object", "failed to convert new object", "failed to create manager")
"""Messages of apply for a body that does not match its schema: sent with code 500."""

_CONVERSION = "conversion webhook for "
_STORAGE = "storage is (re)initializing"
_STORAGE_ALONE = pattern(r"storage is \(re\)initializing\W*$")
"""Messages for a kind whose objects cannot be read: with code 500, or 429 where its watch cache is empty."""

_AGGREGATED = ("service unavailable", "error trying to reach service")
"""The plain text of kube-aggregator for an API whose server is away (handler_proxy.go)."""

_LONGEST_TEXT = 200
"""The most characters shown of a body that is no JSON."""

_LONGEST_PAGE = 1 << 16
"""The most bytes of an HTML page that are looked at."""

_TITLE = pattern(r"(?is)<title[^<>]*>([^<]*\S[^<]*)</title")
_UNSEEN = pattern(r"(?is)<(script|style)\b.*?</\1\s*>|<!--.*?-->")
_TAG = pattern(r"<[^<>]*>")
"""The parts of an HTML page: its title, what no browser shows, and the tags."""


class Refusal(Struct, frozen=True):
    """An error response: its code, and its Status object if there is one."""

    code: int
    status: Mapping[str, Any]
    text: str = ""

    @property
    def reason(self) -> str:
        """The machine-readable reason, such as `AlreadyExists`."""
        return str(self.status.get("reason") or "")

    @property
    def message(self) -> str:
        """The server's whole message, safe for a terminal."""
        return plain(str(self.status.get("message") or "") or self.text or f"HTTP status {self.code}")

    @property
    def is_status(self) -> bool:
        """Whether it has a Status, as the refusals of an API server itself have."""
        return self.status.get("kind") == "Status"

    @property
    def details(self) -> Mapping[str, Any]:
        """The `details` of the Status."""
        details = self.status.get("details")
        return details if isinstance(details, dict) else {}

    @property
    def causes(self) -> tuple[Mapping[str, Any], ...]:
        """The causes: mappings with `reason`, `message` and `field`."""
        causes = self.details.get("causes") or ()
        return tuple(cause for cause in causes if isinstance(cause, dict))

    @property
    def is_about_the_kind(self) -> bool:
        """Whether the server works, and what it needs for this kind does not."""
        if self.code == 503:
            return self.text.startswith(_AGGREGATED)
        return self.code in (429, 500) and (_CONVERSION in self.message or _STORAGE in self.message)

    @property
    def is_permanent(self) -> bool:
        """Whether a retry is of little use, though the code suggests one."""
        return self.is_about_the_kind and _STORAGE_ALONE.search(self.message) is None

    @property
    def is_about_the_body(self) -> bool:
        """Whether the sent object is invalid, so that a retry cannot help."""
        return self.code in (400, 413, 415, 422) or any(text in self.message for text in _UNTYPED)


def read_refusal(code: int, body: bytes, content_type: str = "") -> Refusal:
    """Parse an error response; of other text one short line is used, of a page its title or text."""
    try:
        status = parse_json(body)
    except NotJson:
        return Refusal(code, {}, _of_page(body) if "html" in content_type else _one_line(body))
    return Refusal(code, status if isinstance(status, dict) else {})


def _of_page(body: bytes) -> str:
    """The title of an HTML page, else the beginning of its text, for a terminal."""
    import html

    page = _UNSEEN.sub(" ", body[:_LONGEST_PAGE].decode("utf-8", "replace"))
    title = _TITLE.search(page)
    text = plain(html.unescape(_TAG.sub(" ", title[1] if title else page)))
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"


def _one_line(body: bytes) -> str:
    try:
        text = body.decode().strip()
    except UnicodeDecodeError:
        return ""
    return text if "\n" not in text and len(text) <= _LONGEST_TEXT else ""


def plain(text: str) -> str:
    """Untrusted text made safe for a terminal: no control characters, one line."""
    line = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(line.split())
