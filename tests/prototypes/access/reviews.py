"""Ask the API server itself who may do what."""

import json
from collections.abc import Iterable
from typing import Any

from tests.controlplane import ControlPlane
from tests.prototypes.access.programs import Right


def denied(
    control_plane: ControlPlane, who: dict[str, Any], asked: Iterable[Right], namespace: str = ""
) -> set[Right]:
    """Those of the rights that `who` (user and groups) has not: in the namespace, or in all of them."""
    listed = sorted(asked)
    if not listed:
        return set()
    reviews = [_review(who, right, namespace) for right in listed]
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": reviews})
    output = ("--output", r"jsonpath={.status.allowed}{'\n'}")
    answer = control_plane.kubectl("create", "--filename", "-", *output, input=text)
    assert answer.returncode == 0, answer.stderr
    return {right for right, said in zip(listed, answer.stdout.split(), strict=True) if said != "true"}


def account(namespace: str, name: str) -> dict[str, Any]:
    """A ServiceAccount, as its tokens say who it is."""
    groups = ["system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated"]
    return {"user": f"system:serviceaccount:{namespace}:{name}", "groups": groups}


def _review(who: dict[str, Any], right: Right, namespace: str) -> dict[str, Any]:
    resource, _, subresource = right.resource.partition("/")
    attributes = {
        "verb": right.verb,
        "group": right.group,
        "resource": resource,
        "subresource": subresource,
        "name": right.name,
        "namespace": namespace,
    }
    return {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {**who, "resourceAttributes": attributes},
    }
