"""The strings of ApplySets, as KEP-3659 and kubectl have them."""

import base64
import hashlib

import pytest

from dlctl.manifest import GroupKind, ObjectRef
from dlctl.plan.applyset import Contents, applyset_id, found_parent, lists, parent_body, parent_of
from dlctl.plan.live.keep_marks import keep_mark


@pytest.mark.parametrize(
    ("parent", "expected"),
    [
        (
            ObjectRef("", "Secret", "test", "my-set"),
            "applyset-0eFHV8ySqp7XoShsGvyWFQD3s96yqwHmzc4e0HR1dsY-v1",
        ),
        (
            ObjectRef("company.com", "ApplySet", "", "my-set"),
            "applyset-rhp1a-HVAVT_dFgyEygyA1BEB82HPp2o10UiFTpqtAs-v1",
        ),
    ],
)
def test_ids_are_those_of_kubectls_own_tests(parent: ObjectRef, expected: str) -> None:
    assert applyset_id(parent) == expected


def test_a_parent_has_the_strings_that_kubectl_reads() -> None:
    parent = parent_of("shop", "us-west/prod", "here", "0f0f")
    contents = Contents(
        frozenset({GroupKind("apps", "Deployment"), GroupKind("", "Secret"), GroupKind("", "ConfigMap")}),
        frozenset({"there", "here", "also"}),
    )
    body = parent_body(parent, contents)
    metadata = body["metadata"]
    digest = hashlib.sha256(b"dlctl.shop.us-west.prod.here.ConfigMap.").digest()
    expected = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert metadata["name"] == "dlctl.shop.us-west.prod"
    assert metadata["labels"]["applyset.kubernetes.io/id"] == f"applyset-{expected}-v1"
    assert metadata["annotations"] == {
        "applyset.kubernetes.io/tooling": "dlctl/v0.1.0",
        "applyset.kubernetes.io/contains-group-kinds": "ConfigMap,Deployment.apps,Secret",
        "applyset.kubernetes.io/additional-namespaces": "also,there",
        "dlctl.dev/app-id": "0f0f",
    }
    stored = {**body, "metadata": {**metadata, "uid": "1", "resourceVersion": "7"}}
    read = found_parent(parent, stored)
    assert (read.problem, read.uid, read.version, lists(read, contents)) == ("", "1", "7", True)


def test_an_environment_with_capitals_has_a_parent_of_its_own() -> None:
    names = {parent_of("shop", name, "here").ref.name for name in ("Prod_EU", "prod-eu", "prod_eu")}
    assert len(names) == 3
    assert "dlctl.shop.prod-eu" in names
    assert all(name == name.lower() and "_" not in name for name in names)


@pytest.mark.parametrize(
    ("labels", "annotations", "problem", "can_adopt"),
    [
        ({}, {}, "already exists and is not an ApplySet parent", True),
        ({"applyset.kubernetes.io/id": "ID"}, {}, "is the ApplySet parent of an unknown tool", True),
        (
            {"applyset.kubernetes.io/id": "ID"},
            {"applyset.kubernetes.io/tooling": "kubectl/v1.36.0"},
            "is the ApplySet parent of kubectl/v1.36.0",
            True,
        ),
        (
            {"applyset.kubernetes.io/id": "applyset-other-v1"},
            {"applyset.kubernetes.io/tooling": "dlctl/v9"},
            "is an ApplySet parent with id applyset-other-v1 instead of ID",
            True,
        ),
        (
            {"applyset.kubernetes.io/id": "ID"},
            {"applyset.kubernetes.io/tooling": "dlctl/v9", "dlctl.dev/app-id": "ffff"},
            "is the ApplySet parent of another app of this name, app id ffff",
            False,
        ),
    ],
)
def test_a_parent_of_others_is_recognized(
    labels: dict[str, str], annotations: dict[str, str], problem: str, can_adopt: bool
) -> None:
    parent = parent_of("shop", "dev", "here", "0f0f")
    own = {key: parent.id if value == "ID" else value for key, value in labels.items()}
    body = {"metadata": {"uid": "1", "labels": own, "annotations": annotations}}
    found = found_parent(parent, body)
    assert (found.problem, found.can_adopt) == (problem.replace("ID", parent.id), can_adopt)


def test_annotations_of_other_tools_keep_an_object() -> None:
    def mark(key: str, value: str) -> str:
        return keep_mark({"metadata": {"annotations": {key: value}}})

    for key, value in (
        ("helm.sh/resource-policy", "keep"),
        ("cli-utils.sigs.k8s.io/on-remove", "keep"),
        ("client.lifecycle.config.k8s.io/deletion", "detach"),
        ("kapp.k14s.io/delete-strategy", "orphan"),
        ("kluctl.io/skip-delete", "true"),
        ("argocd.argoproj.io/sync-options", "ServerSideApply=true, Prune=false"),
        ("argocd.argoproj.io/sync-options", "Delete=false"),
    ):
        assert mark(key, value) == f"{key}: {value}"
    assert mark("helm.sh/resource-policy", "drop") == ""
    assert mark("argocd.argoproj.io/sync-options", "Prune=true") == ""
