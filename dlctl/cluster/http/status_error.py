"""Turn an API server's refusal into the error tree.

The server answers with a Status object (kubernetes API conventions, "Response Status Kind"); its
message is shown, cut short, but never headers or a raw body.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlctl.cluster.http.secret_message import without_values
from dlctl.cluster.http.subject import Subject
from dlctl.errors import (
    ClusterError,
    Conflict,
    FieldConflict,
    Forbidden,
    Invalid,
    NotFound,
    Unauthorized,
    UnknownKind,
    Unreachable,
)

MAX_MESSAGE = 1000
"""Characters of a server's message that are shown."""

_NOT_AN_OBJECT = "the server could not find the requested resource"
"""What a server says of a path that it does not serve (apimachinery, api/errors.NewGenericServerResponse)."""

_UNTYPED = ("failed to create typed patch object", "failed to convert new object", "failed to create manager")
"""How apply answers a body that does not fit its schema: with 500, though the body is at fault."""

_CONFLICT = re.compile(r'conflict with "(?P<manager>(?:[^"\\]|\\.)*)"')
"""The message of a FieldManagerConflict cause (structured-merge-diff's managers, via apimachinery)."""


class Expired(ClusterError):  # noqa: N818 - as the other names of the tree
    """410: the server no longer keeps what would come next of a list or a watch."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer of 400 and above: its code, and the Status object where there was one."""

    code: int
    status: Mapping[str, Any]
    text: str = ""

    @property
    def reason(self) -> str:
        """The machine-readable word, such as `AlreadyExists`."""
        return str(self.status.get("reason") or "")

    @property
    def message(self) -> str:
        """The server's own sentence, fit for a terminal."""
        return _plain(str(self.status.get("message") or "") or self.text or f"HTTP status {self.code}")

    @property
    def details(self) -> Mapping[str, Any]:
        """The `details` of the Status."""
        details = self.status.get("details")
        return details if isinstance(details, dict) else {}

    @property
    def causes(self) -> tuple[Mapping[str, Any], ...]:
        """One mapping with `reason`, `message`, `field` per single problem."""
        causes = self.details.get("causes") or ()
        return tuple(cause for cause in causes if isinstance(cause, dict))

    @property
    def is_about_the_body(self) -> bool:
        """Whether the object that was sent is at fault, so that no later try can help."""
        return self.code in (400, 413, 415, 422) or any(text in self.message for text in _UNTYPED)


def read_refusal(code: int, body: bytes, content_type: str = "") -> Refusal:
    """Read an error answer; a body that is no Status counts only as far as it is one short line."""
    try:
        status = json.loads(body)
    except ValueError:
        return Refusal(code, {}, _one_line(body) if "html" not in content_type else "")
    return Refusal(code, status if isinstance(status, dict) else {})


def _one_line(body: bytes) -> str:
    try:
        text = body.decode().strip()
    except UnicodeDecodeError:
        return ""
    return text if "\n" not in text and len(text) <= 200 else ""


def error_of(refusal: Refusal, subject: Subject, server: str) -> ClusterError:
    """The error that tells of a refusal."""
    message = without_values(refusal.message) if subject.secret else refusal.message
    if refusal.code == 401:
        return Unauthorized(
            f"{server} does not accept these credentials",
            hint="they are missing, wrong or expired: log in again, or renew the kubeconfig's user",
        )
    if refusal.code == 403:
        return Forbidden(message, hint=_hint_403(refusal, subject))
    if refusal.code == 404:
        return _not_found(refusal, subject, message)
    if refusal.code == 410:
        return Expired(f"{subject}: {message}")
    if refusal.code == 409:
        return _conflict(refusal, subject, message)
    if refusal.is_about_the_body:
        return Invalid(f"{subject}: {_problems(refusal, subject) or message}", hint=_hint_invalid(message))
    return _trouble(refusal, subject, server, message)


def _not_found(refusal: Refusal, subject: Subject, message: str) -> ClusterError:
    if not refusal.details.get("name") and (_NOT_AN_OBJECT in message or not refusal.reason):
        if not subject.kind:
            return NotFound(f"{subject}: the server does not serve this path")
        return UnknownKind(
            f"{subject}: the cluster does not serve this kind",
            hint="is its CRD installed, in this version?",
        )
    hint = None
    if refusal.details.get("kind") == "namespaces" and subject.kind != "Namespace":
        hint = "create the namespace first"
    return NotFound(message, hint=hint)


def _conflict(refusal: Refusal, subject: Subject, message: str) -> Conflict:
    conflicts = tuple(_field_conflict(cause) for cause in refusal.causes if _is_field_conflict(cause))
    if not conflicts:
        return Conflict(f"{subject}: {message}")
    owners = "; ".join(f"{each.field} is owned by {each.manager}" for each in conflicts)
    hint = "--force-conflicts takes the fields over; or leave them out"
    return Conflict(_plain(f"{subject}: {owners}"), conflicts=conflicts, hint=hint)


def _is_field_conflict(cause: Mapping[str, Any]) -> bool:
    return cause.get("reason") == "FieldManagerConflict"


def _field_conflict(cause: Mapping[str, Any]) -> FieldConflict:
    found = _CONFLICT.search(str(cause.get("message") or ""))
    manager = found["manager"] if found else str(cause.get("message") or "")
    return FieldConflict(manager, str(cause.get("field") or ""))


def _problems(refusal: Refusal, subject: Subject) -> str:
    """The causes as `field: message; field: message`."""
    lines = []
    for cause in refusal.causes:
        said = str(cause.get("message") or cause.get("reason") or "")
        said = without_values(said) if subject.secret else said
        lines.append(f"{cause['field']}: {said}" if cause.get("field") else said)
    return _plain("; ".join(dict.fromkeys(lines)))


def _hint_invalid(message: str) -> str | None:
    if "field not declared in schema" in message or "unknown field" in message:
        return "the name is misspelt, or this version of the kind does not have the field"
    if "immutable" in message:
        return "this field cannot be changed; the object must be deleted and created again"
    return None


def _hint_403(refusal: Refusal, subject: Subject) -> str | None:
    if "exceeded quota" in refusal.message or "forbidden by" in refusal.message:
        return None
    return f"'kubectl auth can-i {subject.verb} …' tells what this user may do"


def _trouble(refusal: Refusal, subject: Subject, server: str, message: str) -> ClusterError:
    text = f"{subject}: {message}"
    if refusal.code in (502, 503, 504):
        return Unreachable(text, hint=f"{server}, or what stands before it, is not ready; try again")
    if refusal.code == 429:
        return ClusterError(text, hint="the server has too many requests at the moment; try again later")
    return ClusterError(text)


def _plain(text: str) -> str:
    """Text of others for a terminal: no control characters, not endless."""
    line = "".join(character if character.isprintable() else " " for character in text)
    line = " ".join(line.split())
    return line if len(line) <= MAX_MESSAGE else line[: MAX_MESSAGE - 1] + "…"
