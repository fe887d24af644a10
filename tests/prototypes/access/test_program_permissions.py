"""The rights that prototypes give are enough for their programs, and no more than upstream's give."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dlctl.manifest import Manifest
from tests.controlplane import ControlPlane, Namespace
from tests.prototypes.access.programs import PROGRAMS, Program, Right, rights
from tests.prototypes.access.reviews import account, denied
from tests.prototypes.examples import EXAMPLES, Example, render, render_example
from tests.prototypes.upstream import put

Json = dict[str, Any]

ROLES = ("Role", "ClusterRole")
BINDINGS = ("RoleBinding", "ClusterRoleBinding")
TOO_MUCH = rights(
    "impersonate users groups serviceaccounts",
    "escalate,bind roles.rbac.authorization.k8s.io clusterroles.rbac.authorization.k8s.io",
    "create rolebindings.rbac.authorization.k8s.io clusterrolebindings.rbac.authorization.k8s.io",
    "create pods/exec serviceaccounts/token",
    "create customresourcedefinitions.apiextensions.k8s.io",
    "delete nodes namespaces",
)
"""What no program of ours is let do, in its own namespace or in another."""
SECRETS = rights("get,list,watch secrets")
CHOSEN = frozenset({"tenancy", "role-binding"})
"""Their rights are people's, which have a test of their own, or what the user states."""


def access_of(manifests: Iterable[Manifest]) -> list[Json]:
    kinds = ("ServiceAccount", *ROLES, *BINDINGS)
    return [dict(manifest.body) for manifest in manifests if manifest.ref.kind in kinds]


def binds(example: Example) -> bool:
    return "Binding\n" in example.expected.read_text() and example.prototype not in CHOSEN


@pytest.mark.controlplane
@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_permissions_are_sufficient_and_minimal(
    program: Program, namespace: Namespace, tmp_path: Path
) -> None:
    control_plane = namespace.control_plane
    manifests = render(program.prototype, program.params, tmp_path / "app", namespace=namespace.name)
    bodies = [renamed(body, namespace.name) for body in access_of(manifests)]
    put(control_plane, bodies)
    who = account(namespace.name, program.account)
    try:
        missing = denied(control_plane, who, rights(*program.uses), namespace.name)
        missing |= denied(control_plane, who, rights(*program.uses_everywhere))
        allowed = TOO_MUCH - denied(control_plane, who, TOO_MUCH, namespace.name)
        allowed |= (TOO_MUCH | SECRETS) - denied(control_plane, who, TOO_MUCH | SECRETS)
        allowed |= inside_only(program) - denied(control_plane, who, inside_only(program), "default")
    finally:
        remove(control_plane, bodies)
    assert missing == set()
    assert allowed == set()


def inside_only(program: Program) -> set[Right]:
    """What a program does in its own namespace alone."""
    return rights(*program.uses) - rights(*program.uses_everywhere)


def renamed(body: Json, suffix: str) -> Json:
    """A ClusterRole or its binding under a name of this test: other tests make the same ones."""
    if not body["kind"].startswith("Cluster"):
        return body
    made = {**body, "metadata": {**body["metadata"], "name": f"{body['metadata']['name']}-{suffix}"}}
    if "roleRef" in body:
        made["roleRef"] = {**body["roleRef"], "name": f"{body['roleRef']['name']}-{suffix}"}
    return made


def remove(control_plane: ControlPlane, bodies: list[Json]) -> None:
    for body in bodies:
        if body["kind"].startswith("Cluster"):
            control_plane.kubectl("delete", body["kind"].lower(), body["metadata"]["name"])


@pytest.mark.parametrize("example", [each for each in EXAMPLES if binds(each)], ids=str)
def test_permissions_do_not_exceed_upstream(example: Example, tmp_path: Path) -> None:
    bodies = access_of(render_example(example, tmp_path / "app"))
    upstream = {each.account: each.upstream for each in PROGRAMS if each.prototype == example.prototype}
    for name, given in granted(bodies):
        allowed = rights(*upstream[name]) if name in upstream else watched(example, tmp_path / "watched")
        assert {Right(each.verb, each.group, each.resource) for each in given} <= allowed


def granted(bodies: list[Json]) -> Iterator[tuple[str, set[Right]]]:
    """Each account with the rights of one of its roles; no role is bound that is not made here."""
    roles = {(body["kind"], body["metadata"]["name"]): body["rules"] for body in bodies if "rules" in body}
    for body in bodies:
        if body["kind"] in BINDINGS:
            (subject,) = body["subjects"]
            assert subject["kind"] == "ServiceAccount"
            yield subject["name"], of_rules(roles[body["roleRef"]["kind"], body["roleRef"]["name"]])


def of_rules(rules: list[Json]) -> set[Right]:
    return {
        Right(verb, group, resource, name)
        for rule in rules
        for verb in rule["verbs"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for name in rule.get("resourceNames", [""])
    }


def watched(example: Example, app: Path) -> set[Right]:
    """What an ApiServerSource's adapter reads (eventing, pkg/adapter/apiserver): the source's resources."""
    sources = [m.body for m in render_example(example, app) if m.ref.kind == "ApiServerSource"]
    lines = [
        f"get,list,watch {each['kind'].lower()}s{group_of(each['apiVersion'])}"
        for source in sources
        for each in source["spec"]["resources"]
    ]
    assert lines, "whose account is this? Say in programs.py what its program does, and what upstream grants"
    return rights(*lines)


def group_of(api_version: str) -> str:
    group, slash, _ = api_version.partition("/")
    return f".{group}" if slash else ""
