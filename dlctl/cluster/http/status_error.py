"""Turn an API server's error response into an error of the tree.

The response is a Status object (Kubernetes API conventions, "Response Status Kind"). Its message is
classified as a whole and shown shortened; headers and raw bodies are not shown.
"""

import re
from collections.abc import Mapping
from typing import Any

from dlctl.cluster.answers.answer import Address, what_to_check
from dlctl.cluster.forbidden_elsewhere import ForbiddenElsewhere
from dlctl.cluster.http.expired import Expired
from dlctl.cluster.http.refusal import Refusal, plain
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

_PLAIN_HTTP = "Client sent an HTTP request to an HTTPS server"
"""The answer of a server in Go, as the API server is (net/http)."""

_CONFLICT = pattern(r'conflict with "(?P<manager>(?:[^"\\]|\\.)*)"')
"""The message of a FieldManagerConflict cause (structured-merge-diff's managers, via apimachinery)."""


_FIELD = pattern(r'unknown field "([^"]+)"|(?<=[ :\[])(\.\w(?:[^\s:\["]|\["?[^\]]*\])*)(?=: )')
"""A field in a message without causes: `.spec.a: field not declared in schema` (structured-merge-diff)."""


def error_of(refusal: Refusal, subject: Subject, server: Address) -> ClusterError:
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


def _error_of(refusal: Refusal, subject: Subject, server: Address) -> ClusterError:
    message = without_values(refusal.message) if subject.secret else refusal.message
    if not (refusal.is_status or refusal.is_about_the_kind):
        message = _of_whatever(refusal, server, message)
    if refusal.code == 401:
        return Unauthorized(
            f"{server.name} rejected the credentials",
            hint="they are missing, invalid or expired: log in again, or update the user in the kubeconfig",
        )
    if refusal.code == 403:
        return _forbidden(refusal, subject, server, message)
    if refusal.code == 404:
        return _not_found(refusal, subject, server, message)
    if refusal.code == 410:
        return Expired(f"{subject}: {message}")
    if refusal.code == 409:
        return _conflict(refusal, subject, message)
    if _PLAIN_HTTP in refusal.message:
        text, hint = f"{subject}: {message}", f"write https:// in the server URL in {server.written}"
        return Unreachable(text, cause="tls", hint=hint)
    if refusal.is_about_the_body:
        text = f"{subject}: {_problems(refusal, subject) or message}"
        invalid = Invalid(text, hint=_hint_invalid(message))
        invalid.fields = _fields(refusal)
        return invalid
    return _server_error(refusal, subject, server, message)


def _of_whatever(refusal: Refusal, server: Address, message: str) -> str:
    """The message for a response without a Status, which another server may have sent: it is named."""
    status = f"{server.name} responded with HTTP status {refusal.code}"
    return status if message == f"HTTP status {refusal.code}" else f"{status}: {message}"


def _forbidden(refusal: Refusal, subject: Subject, server: Address, message: str) -> ClusterError:
    if refusal.is_status:
        return Forbidden(message, hint=_hint_403(refusal, subject))
    return ForbiddenElsewhere(f"{subject}: {message}", hint=what_to_check(server))


def _not_found(refusal: Refusal, subject: Subject, server: Address, message: str) -> ClusterError:
    if not refusal.details.get("name") and (_NOT_AN_OBJECT in message or not refusal.reason):
        if not subject.kind:
            return NotFound(
                f"{subject}: {server.name} does not serve this path",
                hint=what_to_check(server),
            )
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
    return Conflict(plain(f"{subject}: {owners}"), conflicts=conflicts, hint=hint)


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
    return plain("; ".join(dict.fromkeys(lines)))


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


def _server_error(refusal: Refusal, subject: Subject, server: Address, message: str) -> ClusterError:
    text = f"{subject}: {message}"
    if refusal.is_about_the_kind:
        return KindUnavailable(
            text,
            hint="the API server works; check the conversion webhook or aggregated API server of this kind",
        )
    if refusal.code in (502, 503, 504):
        return Unreachable(text, hint=_hint_not_ready(server))
    if refusal.code == 429:
        return TooManyRequests(text, hint=f"{server.name} has too many requests; try again later")
    return ClusterError(text)


def _hint_not_ready(server: Address) -> str:
    return f"{server.name} or a proxy in front of it is not ready; try again; its URL is in {server.written}"


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_MESSAGE else text[: MAX_MESSAGE - 1] + "…"
