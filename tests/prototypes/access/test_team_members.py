"""What the people of a team may do in their namespace, and nowhere else."""

from pathlib import Path
from typing import Any

import pytest

from tests.controlplane import Namespace
from tests.prototypes.access.programs import rights
from tests.prototypes.access.reviews import account, denied
from tests.prototypes.access.test_program_permissions import access_of
from tests.prototypes.examples import render
from tests.prototypes.upstream import put

WORK = rights(
    "create,delete pods jobs.batch deployments.apps tfjobs.kubeflow.org services.serving.knative.dev",
    "get,list,watch pods/log tfjobs.kubeflow.org",
    "get secrets",
)
LOOK = rights("get,list,watch pods tfjobs.kubeflow.org deployments.apps", "get pods/log")
RULE = rights("create rolebindings.rbac.authorization.k8s.io")
LIMITS = rights("update,delete resourcequotas limitranges networkpolicies.networking.k8s.io namespaces")
OTHERS = rights(
    "create clusterrolebindings.rbac.authorization.k8s.io", "list nodes secrets", "create namespaces"
)


def user(name: str, *groups: str) -> dict[str, Any]:
    return {"user": name, "groups": [*groups, "system:authenticated"]}


GRACE = user("grace@example.com")
ADA = user("ada@example.com", "mapping")
VISITOR = user("visitor@example.com", "everyone")
DEPLOYER = account("ci", "deployer")


@pytest.mark.controlplane
def test_team_members_have_exactly_their_permissions(namespace: Namespace, tmp_path: Path) -> None:
    params = {
        "team": namespace.name,
        "admins": ["user:grace@example.com"],
        "users": ["group:mapping", "serviceaccount:ci/deployer"],
        "viewers": ["group:everyone"],
        "api_groups": ["kubeflow.org", "serving.knative.dev"],
    }
    control_plane = namespace.control_plane
    put(control_plane, access_of(render("tenancy", params, tmp_path / "app", namespace=namespace.name)))
    quotas = LIMITS - rights("update,delete networkpolicies.networking.k8s.io")
    for who, may, may_not in (
        (GRACE, WORK | LOOK | RULE, quotas),
        (ADA, WORK | LOOK, RULE | quotas),
        (DEPLOYER, WORK | LOOK, RULE | quotas),
        (VISITOR, LOOK, RULE | LIMITS | WORK - LOOK - rights("list,watch pods/log")),
    ):
        assert denied(control_plane, who, may, namespace.name) == set()
        assert denied(control_plane, who, may_not, namespace.name) == may_not
        elsewhere = WORK | LOOK | OTHERS
        assert denied(control_plane, who, elsewhere, "default") == elsewhere
        assert denied(control_plane, who, elsewhere) == elsewhere
