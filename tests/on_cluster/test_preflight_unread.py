"""`preflight` for whom it is for: users who may not read what it needs, or have no namespace yet."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.on_cluster.app_on_cluster import AppOnCluster, config, names_in
from tests.on_cluster.test_preflight import User, remove_all, rights_in, without
from tests.plan.api_server import api_server
from tests.plan.targets import Watched

__all__ = ["api_server"]

pytestmark = pytest.mark.controlplane

TEMPLATE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations: {dlctl.dev/restart-on-secret-change: "true"}
    spec:
      containers:
      - name: main
        image: nginx:1.27
        envFrom: [{secretRef: {name: outside, optional: true}}]
"""


@pytest.fixture
def user(cluster_app: AppOnCluster, api_server: Watched, tmp_path: Path) -> Iterator[User]:
    made = User(cluster_app, api_server, tmp_path)
    yield made
    remove_all(made)


def test_a_user_who_may_not_read_secrets_learns_what_to_request(user: User) -> None:
    """Whoever may not list them gets the same roles as the administrator; with these all works."""
    app = user.app
    app.component("web", {})
    app.template("web", TEMPLATE)
    printed = app.run("preflight", "dev", "-o", "yaml").ok().out
    roles = list(yaml.safe_load_all(printed))
    secrets = {each.verb for each in rights_in(roles) if each.resource == "secrets"}
    assert secrets == {"create", "delete", "list", "patch"}
    user.has(*without(roles, "secrets", "list"))
    user.lacks(rights_in(roles), {("secrets", "list")})

    asked = user.run("preflight", "dev", "-o", "yaml")
    assert (asked.code, asked.out) == (0, printed)
    unread = "not compared, because you do not have permission to read what this needs: "
    place = f"in namespace {app.namespace}"
    assert f"dev: note: {unread}Secret/web-restart-key {place}, Deployment.apps/web {place}" in asked.err
    table = user.run("preflight", "dev")
    assert (table.code, "1 permission missing" in table.err, unread in table.err) == (1, True, True)

    request = "'dlctl preflight dev -o yaml' prints a minimal Role and ClusterRole"
    differs = user.run("diff", "dev")
    assert differs.code == 2
    assert 'cannot list resource "secrets"' in differs.out
    assert request in differs.out
    refused = user.run("apply", "dev")
    assert (refused.code, refused.err.count(request)) == (1, 1)
    for name in ("outside", "web-restart-key"):
        assert f'you cannot list resource "secrets" "{name}" in API group "" in the namespace' in refused.err
    assert (app.names("deployment"), app.names("secret")) == ([], [])

    user.has(*roles)
    user.lacks(rights_in(roles), set())
    user.run("apply", "dev").ok()
    deleted = user.run("delete", "dev", "--yes").ok()
    assert "is left" not in deleted.err
    assert "dlctl." not in app.output("get", "configmaps")


def test_the_parent_of_the_set_may_be_deleted_where_the_app_has_no_configmaps(user: User) -> None:
    app = user.app
    app.component("web", {**config("key"), "kind": "Secret", "data": {}})
    roles = list(yaml.safe_load_all(app.run("preflight", "dev", "-o", "yaml").ok().out))
    parent = f"dlctl.{app.namespace}.dev"
    of_maps = [each for each in rights_in(roles) if each.resource == "configmaps"]
    assert {(each.verb, each.name) for each in of_maps if each.name} == {("delete", parent)}


def test_the_roles_for_a_namespace_that_does_not_exist_come_after_it(user: User) -> None:
    """`kubectl apply` creates all of it at once, and the user needs no permission for namespaces."""
    app = user.app
    name = f"new-{uuid.uuid4().hex[:8]}"
    app.environment("dev", pin=app.control_plane, namespace=name)
    app.component("web", config("page"))
    printed = app.run("preflight", "dev", "-o", "yaml").ok()
    bodies = list(yaml.safe_load_all(printed.out))
    assert (bodies[0]["kind"], bodies[0]["metadata"]["name"]) == ("Namespace", name)
    assert f"note: namespace {name} does not exist" in printed.err
    assert {each.verb for each in rights_in(bodies[1:]) if each.resource == "namespaces"} == {"get"}
    try:
        applied = app.control_plane.kubectl("apply", "-f", "-", input=printed.out)
        assert applied.returncode == 0, applied.stderr
        user.has(*bodies[1:])
        user.lacks(rights_in(bodies[1:]), set())
        user.run("apply", "dev").ok()
        assert names_in(app.control_plane, name, "configmap") == ["page"]
    finally:
        app.control_plane.kubectl("delete", "namespace", name, "--wait=false")
