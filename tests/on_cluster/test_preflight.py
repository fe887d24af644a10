"""Rights: what a plan needs is asked before the first write, and `preflight` prints the smallest roles."""

import json
import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.on_cluster.app_on_cluster import AppOnCluster, Body, config, deployment, secret
from tests.output_schemas import checked

TORTURE = bool(os.environ.get("DLCTL_TORTURE"))
"""Whether every right is taken away in turn (`make torture`), or only some."""
FEW = (("configmaps", "list"), ("leases", "create"))

pytestmark = pytest.mark.controlplane


class User:
    """A user that the administrator impersonates; its rights are those of the roles that it has now."""

    def __init__(self, app: AppOnCluster) -> None:
        self.app, self.name = app, f"user-{uuid.uuid4().hex[:8]}"
        account = yaml.safe_load(app.control_plane.kubeconfig.read_text())["users"][0]["user"]
        app.context("as-user", app.control_plane, account={**account, "as": self.name})

    def run(self, *words: str) -> Any:
        """`dlctl WORDS` as this user."""
        return self.app.run(*words, "--context", "as-user")

    def has(self, *roles: Body) -> None:
        """Bind these roles, and no others."""
        kubectl = self.app.control_plane.kubectl
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
                answer = kubectl("apply", "-f", "-", input=json.dumps(body))
                assert answer.returncode == 0, answer.stderr

    def lacks(self) -> set[tuple[str, str]]:
        """The rights that preflight says are missing."""
        document = checked(self.run("preflight", "dev", "-o", "json").out, "Preflight")
        return {(each["resource"], each["verb"]) for each in document["rights"] if not each["allowed"]}

    def waits_for(self, missing: set[tuple[str, str]]) -> None:
        """Wait until the server has taken in the roles."""
        for _ in range(100):
            if self.lacks() == missing:
                return
        assert self.lacks() == missing


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
def user(cluster_app: AppOnCluster) -> Iterator[User]:
    made = User(cluster_app)
    yield made
    name = f"dlctl-{cluster_app.namespace}-dev"
    for kind in ("clusterrole", "clusterrolebinding"):
        cluster_app.control_plane.kubectl("delete", kind, name, "--ignore-not-found")
    classes = (cluster_app.namespace, f"{cluster_app.namespace}-old")
    cluster_app.control_plane.kubectl("delete", "priorityclass", *classes, "--ignore-not-found")


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


def plan_apply_prune_and_wait(user: User) -> list[str]:
    """All that is done with an environment; what went wrong."""
    app = user.app
    wrong = []
    lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "spec": EXPIRED}
    app.kubectl("apply", "-f", "-", body={**lease, "metadata": {"name": f"dlctl.{app.namespace}.dev"}})
    for word, old in (("1", True), ("2", False)):
        if not old:  # the first run took over a lock, the second one makes its own
            app.kubectl("delete", "lease", f"dlctl.{app.namespace}.dev")
        write(app, word, old=old)
        for code, words in ((1, ("diff", "dev", "--prune")), (0, APPLY)):
            outcome = user.run(*words)
            refused = [each for each in ("cannot", "ermission", "no lock") if each in outcome.err]
            if outcome.code != code or refused:
                wrong.append(f"{words}: {outcome.code} {outcome.err}")
    kinds = ("configmap", "secret", "deployment")
    if [app.names(kind) for kind in kinds] != [["page"], ["access"], ["web"]]:
        wrong.append("the objects are not those of the app")
    locks = [app.get("lease", name)["spec"] for name in app.names("lease")]
    if any(lock.get("holderIdentity") for lock in locks):
        wrong.append(f"there is still a lock: {locks}")
    if "old" in app.names("serviceaccount"):
        wrong.append("an object of a kind that left the app is still there")
    return wrong


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
    user.waits_for(set())
    assert user.run("preflight", "dev").code == 0
    assert plan_apply_prune_and_wait(user) == []

    rights = {
        (resource, verb)
        for role in roles
        for rule in role["rules"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }
    assert len(rights) == 25
    assert set(FEW) < rights
    enough, classes = [], (app.namespace, f"{app.namespace}-old")
    for resource, verb in sorted(rights) if TORTURE else FEW:
        app.run("delete", "dev", "--yes").ok()
        app.control_plane.kubectl("delete", "priorityclass", *classes, "--ignore-not-found")
        app.control_plane.kubectl("-n", app.namespace, "delete", "configmap,secret,lease,deployment", "--all")
        app.control_plane.kubectl(
            "-n", app.namespace, "delete", "serviceaccount", "old", "--ignore-not-found"
        )
        write(app, "1", old=True)
        user.has(*without(roles, resource, verb))
        user.waits_for({(resource, verb)})
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
    user.waits_for({("secrets", "create"), ("priorityclasses", "patch")})
    refused = user.run("apply", "dev")
    assert refused.code == 1
    assert "nothing was applied to dev: you lack 3 of the rights that it needs" in refused.err
    place = f'in the namespace "{app.namespace}"'
    assert f'you cannot create resource "secrets" in API group "" {place}' in refused.err
    named = f'resource "priorityclasses" "{app.namespace}" in API group "scheduling.k8s.io"'
    assert f"you cannot patch {named} at the cluster scope" in refused.err
    assert "'dlctl preflight dev -o yaml' prints the smallest roles" in refused.err
    assert app.names("configmap") == []
    shown = user.run("preflight", "dev")
    assert (shown.code, "2 rights missing" in shown.err) == (1, True)

    app.run("apply", "dev").ok()
    assert "9 unchanged" in user.run("apply", "dev").ok().err


def test_quota_that_a_plan_would_exceed_and_refused_dry_runs_are_said_before(
    cluster_app: AppOnCluster,
) -> None:
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

    policy(app)
    app.component("web", config("page"))
    app.run("apply", "dev").ok()
    app.component("web", config("page", a="refused"))
    for _ in range(100):
        refused = app.run("diff", "dev")
        if refused.code != 1:
            break
    assert refused.code == 2
    assert "no dry run" in refused.out
    assert "no dry run" in app.run("preflight", "dev").err


def policy(app: AppOnCluster) -> None:
    """Admission that refuses dry runs of some ConfigMaps, as a webhook with side effects does."""
    api = "admissionregistration.k8s.io/v1"
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["UPDATE"], "resources": ["configmaps"]}
    check = {"expression": "!request.dryRun || !('a' in object.data) || object.data.a != 'refused'"}
    selector = {"matchLabels": {"kubernetes.io/metadata.name": app.namespace}}
    spec = {
        "failurePolicy": "Fail",
        "matchConstraints": {"resourceRules": [rule], "namespaceSelector": selector},
        "validations": [{**check, "message": "no dry run"}],
    }
    kinds = (
        ("ValidatingAdmissionPolicy", spec),
        ("ValidatingAdmissionPolicyBinding", {"policyName": app.namespace, "validationActions": ["Deny"]}),
    )
    for kind, content in kinds:
        body = {"apiVersion": api, "kind": kind, "metadata": {"name": app.namespace}, "spec": content}
        app.kubectl("apply", "-f", "-", body=body)
