"""Turn an API server's error response into an error of the tree.

The response is a Status object (Kubernetes API conventions, "Response Status Kind"). Its message is
classified as a whole and shown shortened; headers and raw bodies are not shown.
"""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from dlctl.cluster.http.expired import Expired
from dlctl.cluster.http.secret_message import without_values
from dlctl.cluster.http.subject import Subject
from dlctl.cluster.kind_unavailable import KindUnavailable
from dlctl.cluster.too_many_requests import TooManyRequests
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
from dlctl.json_text import NotJson, parse_json
from dlctl.pattern import pattern

NAMES_THE_LINE = "'dlctl validate ENV' names the file and line"
"""The end of a hint where the line is not known."""
MAX_MESSAGE = 1000
"""The most characters shown of a server's message."""
MAX_VALUE = 200
"""The most characters shown of the text by which a message quotes a value."""

_QUOTED = pattern(rf'(?<=value: )(?P<value>(?P<open>[{{\["]).{{{MAX_VALUE},}}[}}\]"])(?=: )')
"""A long value in the message of validation: `Invalid value: {...}: field is immutable`."""

_NOT_AN_OBJECT = "the server could not find the requested resource"
"""The message for a path that is not served (apimachinery, api/errors.NewGenericServerResponse)."""

_UNTYPED = ("failed to create typed patch object", "failed to convert new object", "failed to create manager")
"""Messages of apply for a body that does not match its schema: sent with code 500."""

_CONVERSION = "conversion webhook for "
_STORAGE = "storage is (re)initializing"
_STORAGE_ALONE = pattern(r"storage is \(re\)initializing\W*$")
"""Messages for a kind whose objects cannot be read: with code 500, or 429 where its watch cache is empty."""

_AGGREGATED = ("service unavailable", "error trying to reach service")
"""The plain text of kube-aggregator for an API whose server is away (handler_proxy.go)."""

_RBAC = pattern(
    r'cannot (?P<verb>[a-z]+) resource "(?P<resource>[a-z0-9./-]+)" in API group "(?P<group>[a-z0-9.-]*)"'
    r'(?: in the namespace "(?P<namespace>[a-z0-9-]+)")?'
)
"""The message of a refusal by RBAC (apiserver, endpoints/handlers/responsewriters)."""

_NO_DRY_RUN = pattern(r'admission webhook "(?P<name>[a-z0-9.-]+)" does not support dry run')
"""The message for a dry run of what a webhook with side effects is asked about (admission/plugin/webhook)."""

_VERBS = {
    "get": "get",
    "list": "list",
    "watch": "watch",
    "apply": "patch",
    "create": "create",
    "update": "update",
    "delete": "delete",
}
"""The verbs of RBAC for those of requests: server-side apply is a PATCH."""

_CONFLICT = pattern(r'conflict with "(?P<manager>(?:[^"\\]|\\.)*)"')
"""The message of a FieldManagerConflict cause (structured-merge-diff's managers, via apimachinery)."""


_FIELD = pattern(r'unknown field "([^"]+)"|(?<=[ :\[])(\.\w(?:[^\s:\["]|\["?[^\]]*\])*)(?=: )')
"""A field in a message without causes: `.spec.a: field not declared in schema` (structured-merge-diff)."""


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
        return _plain(str(self.status.get("message") or "") or self.text or f"HTTP status {self.code}")

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
    """Parse an error response; a body that is not a Status is used only if it is one short line."""
    try:
        status = parse_json(body)
    except NotJson:
        return Refusal(code, {}, _one_line(body) if "html" not in content_type else "")
    return Refusal(code, status if isinstance(status, dict) else {})


def _one_line(body: bytes) -> str:
    try:
        text = body.decode().strip()
    except UnicodeDecodeError:
        return ""
    return text if "\n" not in text and len(text) <= 200 else ""


def error_of(refusal: Refusal, subject: Subject, server: str) -> ClusterError:
    """The error for a refused request; its message is shortened."""
    error = _error_of(refusal, subject, server)
    shown = _shortened(_QUOTED.sub(_dots, error.message))
    if shown == error.message:
        return error
    shortened = error.with_message(shown)
    shortened.whole = error.message
    return shortened


def _dots(quoted: re.Match[str]) -> str:
    """A quoted value without its content, which is as long as the object."""
    return f"{quoted['open']}…{quoted['value'][-1]}"


def _error_of(refusal: Refusal, subject: Subject, server: str) -> ClusterError:
    message = without_values(refusal.message) if subject.secret else refusal.message
    if refusal.code == 401:
        return Unauthorized(
            f"{server} rejected the credentials",
            hint="they are missing, invalid or expired: log in again, or update the user in the kubeconfig",
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
        text = f"{subject}: {_problems(refusal, subject) or message}"
        invalid = Invalid(text, hint=_hint_invalid(message))
        invalid.fields = _fields(refusal)
        return invalid
    return _server_error(refusal, subject, server, message)


def _not_found(refusal: Refusal, subject: Subject, message: str) -> ClusterError:
    if not refusal.details.get("name") and (_NOT_AN_OBJECT in message or not refusal.reason):
        if not subject.kind:
            return NotFound(f"{subject}: the server does not serve this path")
        return UnknownKind(
            f"{subject}: the cluster does not serve this kind",
            hint="check that its CRD is installed in this version",
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
    hint = "pass --force-conflicts to take over the fields, or remove them from the manifest"
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
        text = str(cause.get("message") or cause.get("reason") or "")
        text = without_values(text) if subject.secret else text
        lines.append(f"{cause['field']}: {text}" if cause.get("field") else text)
    return _plain("; ".join(dict.fromkeys(lines)))


def _fields(refusal: Refusal) -> tuple[str, ...]:
    """The fields that a refusal names: those of its causes, else those of its message."""
    named = [str(cause["field"]) for cause in refusal.causes if cause.get("field")]
    return tuple(dict.fromkeys(named or (found[1] or found[2] for found in _FIELD.finditer(refusal.message))))


def _hint_invalid(message: str) -> str | None:
    if "field not declared in schema" in message or "unknown field" in message:
        return f"check the spelling, and that this version of the kind has the field; {NAMES_THE_LINE}"
    if (found := _NO_DRY_RUN.search(message)) is not None:
        kinds = "validatingwebhookconfigurations,mutatingwebhookconfigurations"
        return (
            f"set sideEffects: None or NoneOnDryRun in the configuration of webhook {found['name']}: "
            f"'kubectl get {kinds} -o yaml' shows it"
        )
    if "immutable" in message:
        return "the field is immutable: the object must be deleted and created again"
    return None


def _hint_403(refusal: Refusal, subject: Subject) -> str | None:
    text = refusal.message
    if "exceeded quota" in text or "forbidden by" in text or "denied the request" in text:
        return None
    if "is forbidden: " in text and _RBAC.search(text) is None:  # of an admission plugin, whoever asks
        return None
    what = _asked(refusal, subject)
    return f"'kubectl auth can-i {what}' checks this user's permissions" if what else None


def _asked(refusal: Refusal, subject: Subject) -> str:
    """The verb and the resource of RBAC, as the server names them, else by the request."""
    named = _RBAC.search(refusal.message)
    if named is None:
        verb, asked = _VERBS.get(subject.verb, ""), subject.resource or subject.kind
        place = f" -n {subject.namespace}" if subject.namespace else ""
        return f"{verb} {asked}{place}" if verb and asked else ""
    resource, _, part = named["resource"].partition("/")
    words = [named["verb"], f"{resource}.{named['group']}" if named["group"] else resource]
    words += [f"--subresource={part}"] if part else []
    words += ["-n", named["namespace"]] if named["namespace"] else []
    return " ".join(words)


def _server_error(refusal: Refusal, subject: Subject, server: str, message: str) -> ClusterError:
    text = f"{subject}: {message}"
    if refusal.is_about_the_kind:
        return KindUnavailable(
            text,
            hint="the API server works; check the conversion webhook or aggregated API server of this kind",
        )
    if refusal.code in (502, 503, 504):
        return Unreachable(text, hint=f"{server} or a proxy in front of it is not ready; try again")
    if refusal.code == 429:
        return TooManyRequests(text, hint="the server has too many requests; try again later")
    return ClusterError(text)


def _plain(text: str) -> str:
    """Untrusted text made safe for a terminal: no control characters, one line."""
    line = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(line.split())


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_MESSAGE else text[: MAX_MESSAGE - 1] + "…"
