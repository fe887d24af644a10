"""Rights: what a plan needs is asked before the first write, and `preflight` prints minimal roles."""

import json
import os
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from dlctl.cluster.connect import connect
from dlctl.cluster.kubeconfig.load import load_kubeconfig
from dlctl.cluster.protocol import Cluster
from dlctl.plan.rights.model import Right
from dlctl.plan.rights.review import missing_rights
from tests.cluster_cache import cache_in
from tests.on_cluster.app_on_cluster import AppOnCluster, Body, config, deployment, secret
from tests.on_cluster.webhook import webhook
from tests.plan.api_server import api_server
from tests.plan.targets import Watched

__all__ = ["api_server"]

TORTURE = bool(os.environ.get("DLCTL_TORTURE"))
"""Whether every right is taken away in turn (`make torture`), or only some."""
FEW = (("configmaps", "list"), ("leases", "create"))

pytestmark = pytest.mark.controlplane


class User:
    """A user that the administrator impersonates; its rights are those of the roles that it has now."""

    def __init__(self, app: AppOnCluster, admin: Cluster, folder: Path) -> None:
        self.app, self.admin, self.name = app, admin, f"user-{uuid.uuid4().hex[:8]}"
        account = yaml.safe_load(app.control_plane.kubeconfig.read_text())["users"][0]["user"]
        app.context("as-user", app.control_plane, account={**account, "as": self.name})
        files = load_kubeconfig(app.kubeconfig, {}, folder)
        self.cluster = connect(files, "as-user", cache=cache_in(folder / "cache"))

    def run(self, *words: str) -> Any:
        """`dlctl WORDS` as this user."""
        return self.app.run(*words, "--context", "as-user")

    def has(self, *roles: Body) -> None:
        """Bind these roles, and no others; the server has taken them in."""
        for role in roles:
            metadata = role["metadata"]
            subject = {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": self.name}
            binding = {
                "apiVersion": role["apiVersion"],
                "kind": f"{role['kind']}Binding",
                "metadata": metadata,
                "roleRef": {"kind": role["kind"], "name": metadata["name"], "apiGroup": subject["apiGroup"]},
                "subjects": [subject],
            }
            for body in (role, binding):
                resource = self.admin.resource(body["apiVersion"], body["kind"])
                self.admin.apply(resource, body, field_manager="test", force=True)

    def lacks(self, rights: Iterable[Right], missing: set[tuple[str, str]]) -> None:
        """Wait until the server has taken in the roles, by which just these rights are missing."""
        found: set[tuple[str, str]] = set()
        for _ in range(500):
            found = {(each.resource, each.verb) for each in missing_rights(self.cluster, tuple(rights))}
            if found == missing:
                return
        assert found == missing


def rights_in(roles: Iterable[Body]) -> list[Right]:
    """Every right that the roles grant."""
    return [
        Right(role["metadata"].get("namespace", ""), group, resource, verb, name)
        for role in roles
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
        for name in rule.get("resourceNames", [""])
    ]


EXPIRED = {
    "holderIdentity": "somebody",
    "leaseDurationSeconds": 1,
    "renewTime": "2020-01-01T00:00:00.000000Z",
}
APPLY = ("apply", "dev", "--prune", "--wait", "--timeout", "5s")


def priority(name: str, value: int = 1) -> Body:
    metadata = {"name": name}
    kind = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass"}
    return {**kind, "metadata": metadata, "value": value}


@pytest.fixture
def user(cluster_app: AppOnCluster, api_server: Watched, tmp_path: Path) -> Iterator[User]:
    made = User(cluster_app, api_server, tmp_path)
    yield made
    remove_all(made)
    name = f"dlctl-{cluster_app.namespace}-dev"
    for kind in ("ClusterRoleBinding", "ClusterRole"):
        made.admin.delete(made.admin.resource("rbac.authorization.k8s.io/v1", kind), name)


KINDS = (
    ("v1", "ConfigMap"),
    ("v1", "Secret"),
    ("v1", "ServiceAccount"),
    ("apps/v1", "Deployment"),
    ("coordination.k8s.io/v1", "Lease"),
    ("scheduling.k8s.io/v1", "PriorityClass"),
)


def remove_all(user: User) -> None:
    """Delete whatever was made for the app, its lock included."""
    app, admin = user.app, user.admin
    for key in KINDS:
        resource = admin.resource(*key)
        place = app.namespace if resource.namespaced else ""
        for body in admin.list(resource, place, metadata_only=True):
            name = body["metadata"]["name"]
            ours = (
                name.startswith(app.namespace) if not place else name not in ("kube-root-ca.crt", "default")
            )
            if ours:
                admin.delete(resource, name, place, propagation="Background")


def write(app: AppOnCluster, word: str, *, old: bool) -> None:
    """The app: objects of three kinds to change, and `old` ones of each to prune."""
    labelled = priority(app.namespace)
    labelled["metadata"] = {**labelled["metadata"], "labels": {"word": f"w{word}"}}
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "old"}}
    more = [
        config("old"),
        secret("old"),
        priority(f"{app.namespace}-old"),
        account,
        deployment("old", replicas=0),
    ]
    web = deployment("web", replicas=0)
    web["metadata"]["labels"] = {"word": f"w{word}"}
    app.component(
        "web", config("page", a=word), secret("access", a=word), web, labelled, *(more if old else [])
    )


def plan_apply_prune_and_wait(user: User) -> str:
    """All that is done with an environment; what first went wrong."""
    app, admin = user.app, user.admin
    leases, lock = admin.resource("coordination.k8s.io/v1", "Lease"), f"dlctl.{app.namespace}.dev"
    metadata = {"name": lock, "namespace": app.namespace}
    expired = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata, "spec": EXPIRED}
    admin.create(leases, expired, field_manager="test")
    for word, old in (("1", True), ("2", False)):
        if not old:  # the first run took over a lock, the second one makes its own
            admin.delete(leases, lock, app.namespace)
        write(app, word, old=old)
        for code, words in ((1, ("diff", "dev", "--prune")), (0, APPLY)):
            outcome = user.run(*words)
            refused = [each for each in ("cannot", "ermission", "no lock") if each in outcome.err]
            if outcome.code != code or refused:
                return f"{words}: {outcome.code} {outcome.err}"
    there = {
        kind: {each["metadata"]["name"] for each in admin.list(admin.resource(api, kind), app.namespace)}
        for api, kind in KINDS[:4]
    }
    wanted = {"ConfigMap": "page", "Secret": "access", "Deployment": "web"}
    if "old" in there["ServiceAccount"] or any("old" in there[kind] for kind in wanted):
        return "an object that left the app is still there"
    if any(name not in there[kind] for kind, name in wanted.items()):
        return "the objects are not those of the app"
    if admin.get(leases, lock, app.namespace)["spec"].get("holderIdentity"):
        return "there is still a lock"
    return ""


def without(roles: list[Body], resource: str, verb: str) -> list[Body]:
    """The roles without one right."""
    changed = json.loads(json.dumps(roles))
    for role in changed:
        kept = []
        for rule in role["rules"]:
            if resource not in rule["resources"] or verb not in rule["verbs"]:
                kept.append(rule)
                continue
            others = [each for each in rule["resources"] if each != resource]
            verbs = [each for each in rule["verbs"] if each != verb]
            kept += [{**rule, "resources": others}] if others else []
            kept += [{**rule, "resources": [resource], "verbs": verbs}] if verbs else []
        role["rules"] = kept
    return list(changed)


@pytest.mark.timeout(1200 if TORTURE else 300)
def test_the_roles_suffice_and_each_right_is_needed(user: User) -> None:
    app = user.app
    write(app, "1", old=True)
    roles = list(yaml.safe_load_all(app.run("preflight", "dev", "-o", "yaml").ok().out))
    assert [role["kind"] for role in roles] == ["ClusterRole", "Role"]
    user.has(*roles)
    rights = rights_in(roles)
    user.lacks(rights, set())
    assert user.run("preflight", "dev").code == 0
    assert plan_apply_prune_and_wait(user) == ""

    verbs = {(each.resource, each.verb) for each in rights}
    assert (len(rights), len(verbs)) == (25, 25)
    assert set(FEW) < verbs
    enough = []
    for resource, verb in sorted(verbs) if TORTURE else FEW:
        remove_all(user)
        write(app, "1", old=True)
        user.has(*without(roles, resource, verb))
        user.lacks(rights, {(resource, verb)})
        if not plan_apply_prune_and_wait(user):
            enough.append((resource, verb))
    assert not enough, f"the rights {enough} are not needed"


def test_all_missing_rights_are_listed_before_the_first_write(user: User) -> None:
    """In kubectl's words; nothing is asked where nothing is written."""
    app = user.app
    write(app, "1", old=True)
    roles = list(yaml.safe_load_all(app.run("preflight", "dev", "-o", "yaml").ok().out))
    fewer = without(without(roles, "secrets", "create"), "priorityclasses", "patch")
    user.has(*fewer)
    user.lacks(rights_in(roles), {("secrets", "create"), ("priorityclasses", "patch")})
    refused = user.run("apply", "dev")
    assert refused.code == 1
    assert "nothing was applied to dev: you lack 3 permissions that it needs" in refused.err
    place = f'in the namespace "{app.namespace}"'
    assert f'you cannot create resource "secrets" in API group "" {place}' in refused.err
    named = f'resource "priorityclasses" "{app.namespace}" in API group "scheduling.k8s.io"'
    assert f"you cannot patch {named} at the cluster scope" in refused.err
    assert "'dlctl preflight dev -o yaml' prints a minimal Role and ClusterRole" in refused.err
    assert app.names("configmap") == []
    shown = user.run("preflight", "dev")
    assert (shown.code, "2 permissions missing" in shown.err) == (1, True)

    app.run("apply", "dev").ok()
    assert "9 unchanged" in user.run("apply", "dev").ok().err

    write(app, "1", old=False)
    text = app.project.read("dlctl.yaml")
    app.project.write({"dlctl.yaml": f"{text}released: [{{kind: Secret, name: old, component: web}}]\n"})
    user.has(*roles)
    user.lacks(rights_in(roles), set())
    refused = user.run("apply", "dev")
    assert f'you cannot get resource "secrets" "old" in API group "" {place}' in refused.err, "to release"
    roles = list(yaml.safe_load_all(app.run("preflight", "dev", "-o", "yaml").ok().out))
    user.has(*roles)
    user.lacks(rights_in(roles), set())
    user.run("apply", "dev").ok()
    assert "dlctl.dev/app" not in app.get("secret", "old")["metadata"]["labels"]


def test_a_deletion_that_could_not_end_is_refused_before_it_begins(user: User) -> None:
    """What may not be deleted, or not even be read, is named, with what to do; so it is by a dry run."""
    app = user.app
    app.component("web", config("page"), secret("access"), deployment("web", replicas=0))
    app.component("api", config("settings"))
    roles = list(yaml.safe_load_all(app.run("preflight", "dev", "-o", "yaml").ok().out))
    app.run("apply", "dev").ok()
    place = f'in the namespace "{app.namespace}"'
    nothing = "nothing was deleted from dev: "
    user.has(*without(roles, "secrets", "delete"))
    user.lacks(rights_in(roles), {("secrets", "delete")})
    for words in (("--yes",), ("--dry-run",)):
        refused = user.run("delete", "dev", *words)
        assert refused.code == 1
        assert f"{nothing}you lack 1 permission that it needs" in refused.err
        assert f'you cannot delete resource "secrets" "access" in API group "" {place}' in refused.err
        assert "'dlctl preflight dev -o yaml' prints a minimal Role and ClusterRole" in refused.err
    user.has(*without(roles, "secrets", "list"))
    user.lacks(rights_in(roles), {("secrets", "list")})
    for words in (("--yes",), ("--dry-run",)):
        refused = user.run("delete", "dev", *words)
        assert refused.code == 1
        unread = f"Secret/access in namespace {app.namespace}: cannot check whether it exists: "
        assert f"{nothing}{unread}" in refused.err
        assert 'cannot list resource "secrets"' in refused.err
        assert "'dlctl preflight dev -o yaml' prints a minimal Role and ClusterRole" in refused.err
    assert (app.names("configmap"), app.names("deployment")) == (["page", "settings"], ["web"])
    user.has(*without(without(roles, "secrets", "list"), "deployments", "list"))
    user.lacks(rights_in(roles), {("secrets", "list"), ("deployments", "list")})
    refused = user.run("delete", "dev", "--yes")
    assert f"{nothing}2 problems" in refused.err
    assert refused.err.count("'dlctl preflight dev -o yaml' prints") == 1, "one hint for both objects"
    user.run("delete", "dev", "-c", "api", "--yes").ok()
    assert app.names("configmap") == ["page"]
    user.has(*roles)
    user.lacks(rights_in(roles), set())
    user.run("delete", "dev", "--yes").ok()
    assert app.names("secret") == []


def test_quota_that_a_plan_would_exceed_is_said_before(cluster_app: AppOnCluster) -> None:
    app = cluster_app
    hard = {"requests.nvidia.com/gpu": "4", "pods": "10", "count/configmaps": "50"}
    metadata = {"name": "team"}
    app.kubectl(
        "apply",
        "-f",
        "-",
        body={"apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata, "spec": {"hard": hard}},
    )
    for _ in range(100):
        if app.get("resourcequota", "team").get("status", {}).get("used"):
            break
    wanted = deployment("web", replicas=3)
    resources = {"limits": {"nvidia.com/gpu": 2}}
    wanted["spec"]["template"]["spec"]["containers"] = [
        {"name": "main", "image": "a", "resources": resources}
    ]
    app.component("web", wanted)
    place = f"ResourceQuota team in namespace {app.namespace}"
    text = f"{place}: the plan takes 6 more of requests.nvidia.com/gpu, and 4 of 4 are free"
    assert text in app.run("diff", "dev").err
    assert text in app.run("preflight", "dev").err
    assert text in app.run("apply", "dev").ok().err
    assert text not in app.run("apply", "dev").ok().err


@pytest.mark.parametrize("side_effects", ["Some", "Unknown"])
def test_a_webhook_that_refuses_dry_runs_is_named_before_the_first_write(
    cluster_app: AppOnCluster, tmp_path: Path, side_effects: str
) -> None:
    """v1 accepts neither word: such configurations are left of v1beta1, before Kubernetes 1.22."""
    app = cluster_app
    hook = {"name": "a.example.com", "admissionReviewVersions": ["v1"], "sideEffects": side_effects}
    kind = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration"}
    body: Body = {**kind, "metadata": {"name": app.namespace}}
    body["webhooks"] = [{**hook, "clientConfig": {"url": "https://127.0.0.1:1/"}, "rules": []}]
    answer = app.control_plane.kubectl("create", "-f", "-", input=json.dumps(body))
    assert 'supported values: "None", "NoneOnDryRun"' in answer.stderr
    app.component("web", config("page"))
    app.run("apply", "dev").ok()
    app.component("web", config("page", a="2"))
    with webhook(app, tmp_path, side_effects) as asked:
        for _ in range(100):
            refused = app.run("diff", "dev")
            if refused.code != 1:
                break
        for text in (refused.out, app.run("preflight", "dev").err, app.run("apply", "dev").err):
            assert 'admission webhook "side-effects.example.com" does not support dry run' in text
            hint = "set sideEffects: None or NoneOnDryRun in the configuration of webhook "
            assert f"{hint}side-effects.example.com" in text, text
        assert (refused.code, asked, app.get("configmap", "page")["data"]) == (2, [], {"a": "1"})
        app.kubectl("label", "configmap", "page", "theirs=1")
        assert asked == ["page"], "it answers, so that only dry runs are refused"
