"""An answer that is not what was asked for is an error that names request, server and fault."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dlctl.cluster.client import ApiCluster
from dlctl.errors import ClusterError
from dlctl.json_text import DEEPEST, NotJson, parse_json
from tests.cluster.scripted_cluster import CONFIG_MAPS, made_cluster
from tests.cluster.scripted_server import Answer, in_turn, scripted

BODY = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "n"}}
NODES = CONFIG_MAPS.__class__("", "v1", "Node", "nodes", namespaced=False)


def refused(folder: Path, answer: Answer, call: Callable[[ApiCluster], Any]) -> str:
    """The message for an answer; it names the server."""
    with scripted(in_turn(answer)) as server:
        cluster = made_cluster(folder, server.url)
        with pytest.raises(ClusterError) as caught:
            call(cluster)
        cluster.close()
    assert server.url in caught.value.message
    assert caught.value.hint
    return caught.value.message


def got(cluster: ApiCluster) -> object:
    return cluster.get(CONFIG_MAPS, "a", "n")


def applied(cluster: ApiCluster) -> object:
    return cluster.apply(CONFIG_MAPS, BODY, field_manager="m")


def listed(cluster: ApiCluster) -> object:
    return list(cluster.list(CONFIG_MAPS, "n"))


def deleted(cluster: ApiCluster) -> None:
    cluster.delete(CONFIG_MAPS, "a", "n")


def watched(cluster: ApiCluster) -> object:
    return next(cluster.watch(CONFIG_MAPS, "n", timeout=5))


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, "kind is missing"),
        (None, "it is null, not an object"),
        ([], "it is a list, not an object"),
        ({"error": "login_required"}, "kind is missing"),
        ({**BODY, "metadata": [1]}, "metadata is a list, not an object"),
        ({**BODY, "metadata": {"name": "b"}}, "another object: 'b'"),
        ({**BODY, "kind": "Secret"}, "another object: a Secret"),
        ({**BODY, "metadata": {"name": "a", "namespace": "other"}}, "another object: in namespace 'other'"),
        ({"kind": "Status", "status": "Failure"}, "metadata is missing"),
        ({**BODY, "metadata": {"name": "a", "labels": ["x"]}}, "metadata.labels is a list, not an object"),
        ({**BODY, "metadata": {"name": "a", "labels": {"x": 1}}}, "metadata.labels.x is a number"),
        ({**BODY, "metadata": {"name": "a", "uid": 7}}, "metadata.uid is a number, not a string"),
        (
            {**BODY, "metadata": {"name": "a", "managedFields": [{"fieldsV1": {"f:a": 1}}]}},
            "metadata.managedFields[0].fieldsV1.f:a is a number, not an object",
        ),
    ],
)
@pytest.mark.parametrize("call", [got, applied])
def test_an_answer_that_is_not_the_object(
    tmp_path: Path, call: Callable[[ApiCluster], Any], body: object, wrong: str
) -> None:
    assert wrong in refused(tmp_path, Answer(200, body), call)


def test_an_answer_with_another_uid(tmp_path: Path) -> None:
    stated = {**BODY, "metadata": {"name": "a", "namespace": "n", "uid": "mine"}}
    other = Answer(200, {**BODY, "metadata": {"name": "a", "uid": "theirs"}})
    message = refused(tmp_path, other, lambda it: it.apply(CONFIG_MAPS, stated, field_manager="m"))
    assert "another object: with UID theirs" in message


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, "it is not a list"),
        ({"items": True}, "items is true, not a list"),
        ({"metadata": [1], "items": []}, "metadata is a list"),
        ({"items": ["x"]}, "items[0] is a string, not an object"),
        ({"items": [None]}, "items[0] is null, not an object"),
        ({"items": [{"metadata": {}}]}, "items[0].metadata.name is missing"),
        ({"metadata": {"continue": 1}, "items": []}, "metadata.continue is a number"),
    ],
)
def test_an_answer_that_is_not_the_list(tmp_path: Path, body: object, wrong: str) -> None:
    assert wrong in refused(tmp_path, Answer(200, body), listed)


def test_fields_that_are_read_have_their_shape(tmp_path: Path) -> None:
    node = {"metadata": {"name": "a"}, "status": {"allocatable": {"cpu": ["4"]}}}
    message = refused(tmp_path, Answer(200, {"items": [node]}), lambda it: list(it.list(NODES)))
    assert "items[0].status.allocatable.cpu is a list, not a single value" in message


@pytest.mark.parametrize("wrong", [1, "x", [], None, False])
def test_what_managers_own_is_checked_in_lists_too(tmp_path: Path, wrong: object) -> None:
    good = {"metadata": {"name": "a", "managedFields": [{"fieldsV1": {"f:a": {".": {}}}}]}}
    bad = {"metadata": {"name": "b", "managedFields": [{"fieldsV1": {"f:a": {"f:b": {}, "f:c": wrong}}}]}}
    message = refused(tmp_path, Answer(200, {"items": [good, bad]}), listed)
    assert "items[1].metadata.managedFields[0].fieldsV1.f:a.f:c is " in message


@pytest.mark.parametrize("body", [{}, [], {"kind": "Status", "status": "Failure"}, {**BODY, "kind": "Pod"}])
def test_a_deletion_that_is_not_confirmed(tmp_path: Path, body: object) -> None:
    assert refused(tmp_path, Answer(200, body), deleted).startswith("delete ConfigMap a in namespace n: ")


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense",
        b"[]",
        b'{"type": "ADDED"}',
        b'{"type": "ADDED", "object": []}',
        b'{"type": "ADDED", "object": {"metadata": {}}}',
        b'{"type": "UNKNOWN", "object": {"metadata": {"name": "a"}}}',
    ],
)
def test_an_event_that_is_none(tmp_path: Path, line: bytes) -> None:
    refused(tmp_path, Answer(parts=(line + b"\n",)), watched)


@pytest.mark.parametrize("code", [204, 301, 302, 304, 307])
def test_redirects_are_not_followed_and_are_no_success(tmp_path: Path, code: int) -> None:
    moved = {"Location": "https://login.example.com/", "Content-Length": "0"}
    refused(tmp_path, Answer(code, "", moved), applied)


@pytest.mark.parametrize("body", [{}, None, {"metadata": None}, {**BODY, "kind": "Namespace"}])
def test_an_identity_that_is_none(tmp_path: Path, body: object) -> None:
    refused(tmp_path, Answer(200, body), lambda cluster: cluster.identity())


def test_a_version_that_is_none(tmp_path: Path) -> None:
    assert "gitVersion" in refused(
        tmp_path, Answer(200, {"gitVersion": {}}), lambda cluster: cluster.version()
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NaN",
        "[Infinity]",
        "[" * 100_000,
        '{"a":' * 5_000,
        '"\\ud800"',
        "1" * 5000,
        "{'a': 1}",
        "\ufeff{}",
    ],
)
def test_what_is_not_json_or_cannot_be_worked_with(text: str) -> None:
    with pytest.raises(NotJson):
        parse_json(text.encode())


def test_json_that_can_be_worked_with() -> None:
    deep: list[Any] = []
    for _ in range(DEEPEST - 1):
        deep = [deep]
    values: list[Any] = [deep, {"a": "\U0001f600"}, [[]] * 10_000]
    for value in values:
        assert parse_json(json.dumps(value)) == value
    with pytest.raises(NotJson, match="levels deep"):
        parse_json(json.dumps([[deep]]))
