"""What a real API server says of a change: conflicts, immutable fields, refusals."""

import contextlib
import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest

from dlctl.deploy.apply import apply_plan
from dlctl.errors import PlanError
from dlctl.manifest import Manifest
from dlctl.plan.compare.dry_run import LOOKS
from dlctl.plan.model import Action, Scope
from dlctl.plan.options import PlanOptions
from dlctl.plan.planner import make_plan
from dlctl.plan.view.masked_plan import MaskedPlan
from dlctl.redact import Redactor
from tests.controlplane import Namespace
from tests.deploy.test_on_api_server import eventually
from tests.plan.targets import Call, Watched, actions, config, manifest, scope, the_step

pytestmark = pytest.mark.controlplane


@pytest.fixture
def where(namespace: Namespace) -> Scope:
    return scope(namespace.name)


def deployment(where: Scope, app: str = "web", **spec: Any) -> Manifest:
    template = {
        "metadata": {"labels": {"app": app}},
        "spec": {"containers": [{"name": "main", "image": "nginx"}]},
    }
    body = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"selector": {"matchLabels": {"app": app}}, "template": template, **spec},
    }
    return manifest(body, where)


def apply_as(manager: str, namespace: Namespace, body: dict[str, Any]) -> None:
    answer = namespace.kubectl(
        "apply", "--server-side", "--force-conflicts", "--field-manager", manager, "-f", "-",
        input=json.dumps(body),
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr


def test_field_of_another_manager_is_a_conflict(
    api_server: Watched, namespace: Namespace, where: Scope
) -> None:
    ours = deployment(where, replicas=2)
    apply_plan(make_plan(where, [ours], api_server), api_server)
    taken = {**ours.body, "metadata": {"name": "web"}, "spec": {"replicas": 5}}
    apply_as("autoscaler", namespace, taken)

    plan = make_plan(where, [ours], api_server)

    step = the_step(plan)
    assert step.action is Action.CONFLICT
    assert "autoscaler" in step.reason
    assert ".spec.replicas" in step.reason
    assert "--force-conflicts" in step.hint
    with pytest.raises(PlanError, match="autoscaler"):
        apply_plan(plan, api_server)


def test_concurrent_changes_of_others_are_not_in_the_plan(
    api_server: Watched, namespace: Namespace, where: Scope
) -> None:
    """A controller that writes between our LIST and our dry run: its annotation is not ours to announce."""
    apply_plan(make_plan(where, [deployment(where, replicas=0)], api_server), api_server)
    times = itertools.count(1)

    def annotate_once(call: Call) -> None:
        if call.verb == "dry-run" and (time := next(times)) == 1:
            made = namespace.kubectl("annotate", "deployment", "web", f"example.com/seen={time}")
            assert made.returncode == 0, made.stderr

    busy = Watched(api_server.inner, annotate_once)

    step = the_step(make_plan(where, [deployment(where, replicas=0, paused=True)], busy))

    assert [(change.pointer, change.new) for change in step.changes] == [("/spec/paused", True)]
    assert step.live is not None
    assert step.live["metadata"]["annotations"]["example.com/seen"] == "1"
    assert [call.verb for call in busy.calls if call.name == "web"][:3] == ["dry-run", "get", "dry-run"]


def test_constantly_changing_object_is_compared_eventually(
    api_server: Watched, namespace: Namespace, where: Scope
) -> None:
    apply_plan(make_plan(where, [deployment(where, replicas=0)], api_server), api_server)
    times = itertools.count()

    def annotate(call: Call) -> None:
        if call.verb == "dry-run":
            made = namespace.kubectl("annotate", "--overwrite", "deploy", "web", f"seen={next(times)}")
            assert made.returncode == 0, made.stderr

    step = the_step(make_plan(where, [deployment(where, paused=True)], Watched(api_server.inner, annotate)))
    assert "/spec/paused" in {change.pointer for change in step.changes}
    assert next(times) == LOOKS


def test_forced_conflicts_are_taken_over(api_server: Watched, namespace: Namespace, where: Scope) -> None:
    ours = config("c", where, a="ours")
    apply_plan(make_plan(where, [ours], api_server), api_server)
    apply_as("other", namespace, {**ours.body, "metadata": {"name": "c"}, "data": {"a": "theirs"}})

    plan = make_plan(where, [ours], api_server, PlanOptions(force_conflicts=True))

    step = the_step(plan)
    assert step.action is Action.UPDATE
    assert [(change.pointer, change.old, change.new) for change in step.changes] == [
        ("/data/a", "theirs", "ours")
    ]


def test_removed_field_is_removed_and_fields_of_others_stay(
    api_server: Watched, namespace: Namespace, where: Scope
) -> None:
    apply_plan(make_plan(where, [config("c", where, a="1", b="2")], api_server), api_server)
    apply_as(
        "other", namespace, {**config("c", where).body, "metadata": {"name": "c"}, "data": {"theirs": "3"}}
    )

    step = the_step(make_plan(where, [config("c", where, a="1")], api_server))

    assert [(change.op, change.pointer) for change in step.changes] == [("remove", "/data/b")]


def test_equal_values_of_another_manager_become_shared(
    api_server: Watched, namespace: Namespace, where: Scope
) -> None:
    """Else a field that is later dropped from the manifest would stay for ever."""
    ours = config("c", where, a="1")
    apply_as("other", namespace, dict(ours.body))

    adopting = PlanOptions(adopt=True)
    step = the_step(make_plan(where, [ours], api_server, adopting))
    assert (step.action, step.changes) == (Action.UPDATE, ())
    assert "ownership" in step.reason

    apply_plan(make_plan(where, [ours], api_server, adopting), api_server)
    assert the_step(make_plan(where, [ours], api_server)).action is Action.UNCHANGED


def test_labels_of_others_do_not_matter(api_server: Watched, namespace: Namespace, where: Scope) -> None:
    ours = config("c", where, a="1")
    apply_plan(make_plan(where, [ours], api_server), api_server)
    assert namespace.kubectl("label", "configmap", "c", "team=blue").returncode == 0
    api_server.calls.clear()

    assert the_step(make_plan(where, [ours], api_server)).action is Action.UNCHANGED
    assert not api_server.asked("dry-run")


def test_immutable_field_needs_replace(api_server: Watched, namespace: Namespace, where: Scope) -> None:
    apply_plan(make_plan(where, [deployment(where)], api_server), api_server)
    changed = [deployment(where, app="other")]

    step = the_step(make_plan(where, changed, api_server))
    assert step.action is Action.UNKNOWN
    assert "spec.selector" in step.reason
    assert "--replace" in step.hint

    before = namespace.get("deployment", "web")["metadata"]["uid"]
    plan = make_plan(where, changed, api_server, PlanOptions(replace=True))
    assert the_step(plan).action is Action.REPLACE
    report = apply_plan(plan, api_server)
    assert report.succeeded, report.error()
    assert report.counts[Action.REPLACE] == 1
    after = namespace.get("deployment", "web")
    assert after["metadata"]["uid"] != before
    assert after["spec"]["selector"]["matchLabels"] == {"app": "other"}


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("Forbidden", "spec.replicatedJobs: Invalid value: field is immutable"),
        ("Invalid", "Once the TaskRun has started, only status updates are allowed"),
    ],
)
def test_what_a_webhook_or_a_policy_does_not_let_change_needs_replace(
    api_server: Watched, namespace: Namespace, where: Scope, reason: str, message: str
) -> None:
    apply_plan(make_plan(where, [config("c", where, a="1")], api_server), api_server)
    changed = [config("c", where, a="2")]
    with policy(namespace, reason, message):
        assert eventually(lambda: the_step(make_plan(where, changed, api_server)).action is Action.UNKNOWN)
        step = the_step(make_plan(where, changed, api_server))
        assert step.reason.endswith("cannot be changed in place")
        assert "--replace" in step.hint
        plan = make_plan(where, changed, api_server, PlanOptions(replace=True))
        assert the_step(plan).action is Action.REPLACE
        assert apply_plan(plan, api_server).succeeded
    assert namespace.get("configmap", "c")["data"] == {"a": "2"}


@contextlib.contextmanager
def policy(namespace: Namespace, reason: str, message: str) -> Iterator[None]:
    """A policy by which the data of the namespace's ConfigMaps cannot be changed."""
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["UPDATE"], "resources": ["configmaps"]}
    labels = {"kubernetes.io/metadata.name": namespace.name}
    where = {"resourceRules": [rule], "namespaceSelector": {"matchLabels": labels}}
    equal = "!has(object.data) || object.data == oldObject.data"  # an ApplySet's parent has none
    check = {"expression": equal, "reason": reason, "message": message}
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("ValidatingAdmissionPolicy", {"matchConstraints": where, "validations": [check]}),
        ("ValidatingAdmissionPolicyBinding", {"policyName": namespace.name, "validationActions": ["Deny"]}),
    ]
    for kind, spec in bodies:
        body = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": kind, "spec": spec}
        text = json.dumps({**body, "metadata": {"name": namespace.name}})
        made = namespace.kubectl("create", "-f", "-", input=text)
        assert made.returncode == 0, made.stderr
    yield
    for kind, _ in bodies:
        assert namespace.kubectl("delete", kind, namespace.name).returncode == 0


def test_a_claim_is_never_replaced(api_server: Watched, where: Scope) -> None:
    def claim(mode: str) -> Manifest:
        spec = {"accessModes": [mode], "resources": {"requests": {"storage": "1Gi"}}}
        body = {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": "data"},
            "spec": spec,
        }
        return manifest(body, where)

    apply_plan(make_plan(where, [claim("ReadWriteOnce")], api_server), api_server)
    plan = make_plan(where, [claim("ReadWriteMany")], api_server, PlanOptions(replace=True))
    assert the_step(plan).action is Action.UNKNOWN


def test_rejected_object_does_not_hide_others(api_server: Watched, where: Scope) -> None:
    manifests = [config("good", where, a="1"), deployment(where)]
    apply_plan(make_plan(where, manifests, api_server), api_server)
    changed = [config("good", where, a="2"), deployment(where, replicas="many", unknown_field=1)]

    plan = make_plan(where, changed, api_server)

    assert actions(plan) == {"ConfigMap/good": Action.UPDATE, "Deployment/web": Action.UNKNOWN}
    assert "replicas" in plan.steps[-1].reason or "unknown_field" in plan.steps[-1].reason


def test_server_message_does_not_show_a_secret(api_server: Watched, where: Scope) -> None:
    apply_plan(make_plan(where, [deployment(where)], api_server), api_server)
    plan = make_plan(where, [deployment(where, replicas="hunter2-hunter2")], api_server)
    (step,) = MaskedPlan(plan, Redactor().with_values(["hunter2-hunter2"])).steps
    assert step.action is Action.UNKNOWN
    assert "hunter2" not in step.reason
    assert step.reason


def test_a_plan_writes_nothing(api_server: Watched, where: Scope) -> None:
    apply_plan(make_plan(where, [config("c", where, a="1")], api_server), api_server)
    api_server.calls.clear()
    make_plan(where, [config("c", where, a="2"), config("d", where)], api_server)
    assert not api_server.asked("apply", "delete", "raw")
    assert [call.name for call in api_server.asked("dry-run")] == ["c"]


def test_secrets_of_others_are_not_downloaded(
    api_server: Watched, namespace: Namespace, where: Scope
) -> None:
    assert namespace.kubectl("create", "secret", "generic", "theirs", "--from-literal=a=b").returncode == 0
    api_server.calls.clear()
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "theirs"}, "stringData": {"a": "c"}}

    step = the_step(make_plan(where, [manifest(body, where)], api_server))

    assert step.action is Action.CONFLICT
    assert "--adopt" in step.hint
    looks = [call for call in api_server.asked("list", "get") if call.kind == "Secret"]
    assert [call.metadata_only for call in looks] == [False, True]


def test_adopted_object_gets_labels(api_server: Watched, namespace: Namespace, where: Scope) -> None:
    assert namespace.kubectl("create", "configmap", "theirs", "--from-literal=b=2").returncode == 0
    ours = config("theirs", where, a="1")

    plan = make_plan(where, [ours], api_server, PlanOptions(adopt=True))
    assert the_step(plan).action is Action.UPDATE
    assert apply_plan(plan, api_server).succeeded

    assert the_step(make_plan(where, [ours], api_server)).action is Action.UNCHANGED
    assert namespace.get("configmap", "theirs")["data"] == {"a": "1"}, "what kubectl create stated is ours"
