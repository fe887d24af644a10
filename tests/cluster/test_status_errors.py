"""What a user reads of an API server's refusal; the answers were recorded from a server of 1.36."""

import json
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.cluster.http.refusal import read_refusal
from dlctl.cluster.http.retry import is_retryable
from dlctl.cluster.http.status_error import MAX_MESSAGE, error_of
from dlctl.cluster.http.subject import Subject
from dlctl.cluster.kind_unavailable import KindUnavailable
from dlctl.cluster.object_requests import subject_of
from dlctl.cluster.protocol import Resource
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


class Server(NamedTuple):
    name: str
    written: str


SERVER = Server("https://x (context 'c')", "config:4")
APPLY = Subject("apply", "ConfigMap", "a", "n")
SECRET = Subject("apply", "Secret", "a", "n", secret=True)


def error(
    code: int, message: str, subject: Subject = APPLY, reason: str = "", **details: Any
) -> ClusterError:
    body = {"kind": "Status", "message": message, "reason": reason, "details": details, "code": code}
    return error_of(read_refusal(code, json.dumps(body).encode()), subject, SERVER)


def test_conflicts_name_owner_and_field() -> None:
    causes = [
        {
            "reason": "FieldManagerConflict",
            "message": 'conflict with "kubectl-client-side-apply" using apps/v1 at 2026-01-01T00:00:00Z',
            "field": ".spec.replicas",
        },
        {
            "reason": "FieldManagerConflict",
            "message": 'conflict with "hpa" with subresource "scale" using apps/v1',
            "field": '.spec.template.spec.containers[name="web"].image',
        },
    ]
    found = error(409, "Apply failed with 2 conflicts: …", reason="Conflict", causes=causes)
    assert isinstance(found, Conflict)
    assert found.conflicts == (
        FieldConflict("kubectl-client-side-apply", ".spec.replicas"),
        FieldConflict("hpa", '.spec.template.spec.containers[name="web"].image'),
    )
    assert found.message == (
        "apply ConfigMap a in namespace n: .spec.replicas is owned by kubectl-client-side-apply; "
        '.spec.template.spec.containers[name="web"].image is owned by hpa'
    )
    assert "--force-conflicts" in str(found.hint)


def test_invalid_lists_each_field() -> None:
    causes = [
        {
            "reason": "FieldValueInvalid",
            "message": "Invalid value: -1: must be positive",
            "field": "spec.replicas",
        },
        {"reason": "FieldValueRequired", "message": "Required value", "field": "spec.selector"},
        {"reason": "FieldValueRequired", "message": "Required value", "field": "spec.selector"},
    ]
    found = error(422, 'Deployment.apps "a" is invalid: [many]', reason="Invalid", causes=causes)
    assert isinstance(found, Invalid)
    assert found.message == (
        "apply ConfigMap a in namespace n: spec.replicas: Invalid value: -1: must be positive; "
        "spec.selector: Required value"
    )


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            500,
            "failed to create typed patch object (n/a; /v1, Kind=ConfigMap): "
            ".daat: field not declared in schema",
        ),
        (400, 'Widget in version "v1" cannot be handled: strict decoding error: unknown field "spec.x"'),
    ],
)
def test_an_unknown_field_is_named(code: int, message: str) -> None:
    found = error(code, message)
    assert isinstance(found, Invalid)
    assert message in found.message
    assert "check the spelling" in str(found.hint)


def test_an_immutable_field_has_its_hint() -> None:
    causes = [
        {"reason": "FieldValueInvalid", "message": "Invalid value: 1: field is immutable", "field": "spec.x"}
    ]
    assert "deleted and created again" in str(error(422, "field is immutable", causes=causes).hint)


def test_expired_credentials() -> None:
    found = error(401, "Unauthorized")
    assert isinstance(found, Unauthorized)
    assert "https://x (context 'c')" in found.message
    assert "expired" in str(found.hint)


def test_no_permission_is_told_in_the_servers_words() -> None:
    message = 'secrets is forbidden: User "jane" cannot list resource "secrets" in API group ""'
    found = error(403, message, reason="Forbidden")
    assert isinstance(found, Forbidden)
    assert found.message == message


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        (
            'nodes "a" is forbidden: User "u" cannot patch resource "nodes" in API group "" '
            "at the cluster scope",
            "patch nodes",
        ),
        (
            'User "u" cannot create resource "jobs" in API group "batch" in the namespace "ml"',
            "create jobs.batch -n ml",
        ),
        (
            'User "u" cannot get resource "pods/log" in API group "" in the namespace "ml"',
            "get pods --subresource=log -n ml",
        ),
        ("no", "patch deployments.apps -n n"),
    ],
)
def test_the_hint_has_the_verb_and_the_resource_of_rbac(message: str, asked: str) -> None:
    """In the server's words, else by the request: a kind without group and namespace is another question."""
    resource = Resource("apps", "v1", "Deployment", "deployments", namespaced=True)
    subject = subject_of("apply", resource, "web", "n")
    found = error(403, message, subject, reason="Forbidden")
    assert found.hint == f"'kubectl auth can-i {asked}' checks this user's permissions"


def test_not_found_and_unknown_kind() -> None:
    missing = error(404, 'configmaps "a" not found', reason="NotFound", name="a", kind="configmaps")
    assert isinstance(missing, NotFound)
    unserved = error(404, "the server could not find the requested resource", reason="NotFound")
    assert isinstance(unserved, UnknownKind)
    plain = error_of(read_refusal(404, b"404 page not found\n"), APPLY, SERVER)
    assert isinstance(plain, UnknownKind)


def test_a_missing_namespace_has_a_hint() -> None:
    found = error(404, 'namespaces "n" not found', reason="NotFound", name="n", kind="namespaces")
    assert found.hint == "create the namespace first"


@pytest.mark.parametrize(
    ("body", "kind", "shown"),
    [
        (b"<title>Blocked\x1b[31m &amp; logged</title><p>no", "text/html", ": Blocked [31m & logged"),
        (
            b"<html><style>p {}</style><body><p>Bad\n<b>Gateway</b></body></html>",
            "text/html",
            ": Bad Gateway",
        ),
        (b"no\n", "text/plain", ": no"),
        (b'{"message": "no"}', "application/json", ": no"),
        (b"\xff\xfe\n\n", "", ""),
        (b"x" * 5000, "", ""),
        (b"[1]", "", ""),
    ],
)
@pytest.mark.parametrize(("code", "kind_of_error"), [(403, Forbidden), (502, Unreachable)])
def test_a_response_without_a_status_names_the_server(
    code: int, kind_of_error: type[ClusterError], body: bytes, kind: str, shown: str
) -> None:
    found = error_of(read_refusal(code, body, kind), APPLY, SERVER)
    assert isinstance(found, kind_of_error)
    named = "https://x (context 'c') responded with HTTP status"
    assert found.message == f"apply ConfigMap a in namespace n: {named} {code}{shown}"
    assert "config:4" in str(found.hint)


def test_a_long_page_is_cut() -> None:
    found = error_of(read_refusal(403, b"<p>" + b"x" * 5000, "text/html"), APPLY, SERVER)
    assert found.message.endswith(f"HTTP status 403: {'x' * 199}…")


def test_a_path_that_is_not_served_names_the_server() -> None:
    found = error_of(read_refusal(404, b"404 page not found\n"), Subject("GET /version"), SERVER)
    assert found.message == "GET /version: https://x (context 'c') does not serve this path"
    assert "config:4" in str(found.hint)


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (
            429,
            b'{"kind": "Status", "reason": "TooManyRequests", "message": "storage is (re)initializing: '
            b'failed to list: conversion webhook for example.com/v1beta1, Kind=Widget failed: x"}',
        ),
        (
            500,
            b'{"kind": "Status", "reason": "InternalError", "message": "conversion webhook for a failed: x"}',
        ),
        (503, b"service unavailable\n"),
        (503, b"error trying to reach service: dial tcp 10.0.0.1:443: connect: connection refused"),
    ],
)
def test_a_kind_whose_webhook_or_server_is_down(code: int, body: bytes) -> None:
    """Recorded from a server of 1.36; the texts without JSON are those of kube-aggregator."""
    refusal = read_refusal(code, body, "text/plain")
    assert isinstance(error_of(refusal, Subject("list", "Widget"), SERVER), KindUnavailable)
    assert is_retryable(refusal, 1, idempotent=True)
    assert not is_retryable(refusal, 2, idempotent=True)


def test_a_kind_that_is_new_is_waited_for() -> None:
    body = b'{"kind": "Status", "reason": "TooManyRequests", "message": "storage is (re)initializing"}'
    assert is_retryable(read_refusal(429, body), 3, idempotent=True)


def test_messages_are_cut_and_cleaned() -> None:
    found = error(422, "\x1b[31mred\nlines\t" + "x" * 9000)
    assert found.message.startswith("apply ConfigMap a in namespace n: [31mred lines x")
    assert len(found.message) < MAX_MESSAGE + 100


def test_a_message_is_classified_as_a_whole_and_shown_without_long_values() -> None:
    """batch/v1 validation quotes the whole template before it says what is wrong with it."""
    template = json.dumps({"metadata": {"labels": {"a": "b"}}, "spec": {"args": ["x" * 5000]}})
    cause = {
        "reason": "FieldValueInvalid",
        "message": f"Invalid value: {template}: field is immutable",
        "field": "spec.template",
    }
    found = error(422, f'Job.batch "a" is invalid: spec.template: {cause["message"]}', causes=[cause])
    assert found.message == (
        "apply ConfigMap a in namespace n: spec.template: Invalid value: {…}: field is immutable"
    )
    assert found.hint == "the field is immutable: the object must be deleted and created again"
    assert isinstance(found, Invalid)
    assert template in found.whole


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (
            "failed to create typed patch object (/x; /v1, Kind=Secret): .stringData.a: expected string, got "
            "&value.valueUnstructured{Value:5}",
            ".stringData.a, expected string",
        ),
        (
            "failed to convert new object (/x; /v1, Kind=Secret) to proper version: unable to convert: "
            "error decoding from json: illegal base64 data at input byte 16",
            "illegal base64 data at input byte 16",
        ),
        (
            "failed to create typed patch object (n/a; /v1, Kind=Secret): "
            ".stringDta: field not declared in schema",
            ".stringDta: field not declared in schema",
        ),
    ],
)
def test_a_secrets_refusal_is_told_without_values(message: str, shown: str) -> None:
    assert error(500, message, SECRET).message == f"apply Secret a in namespace n: {shown}"


_AROUND = st.sampled_from(
    (
        'Invalid value: "{}": a data key must be short',
        "expected string, got &value.valueUnstructured{{Value:{}}}",
        'unknown field "{}"',
        'Unsupported value: "{}"',
        'admission webhook "w.example" denied the request: {} is too weak',
        ".data.key: {}",
        "{}: field not declared in schema",
        "{}",
    )
)


@given(
    _AROUND,
    st.text(min_size=1).map(lambda text: f"Hush{text}"),
    st.sampled_from((400, 403, 409, 422, 500, 503)),
)
def test_no_refusal_shows_a_secrets_value(around: str, value: str, code: int) -> None:
    message = around.format(value)
    causes = [{"reason": "FieldValueInvalid", "message": message, "field": "data"}]
    for found in (error(code, message, SECRET), error(code, message, SECRET, causes=causes)):
        assert "Hush" not in f"{found.message} {found.hint}"
