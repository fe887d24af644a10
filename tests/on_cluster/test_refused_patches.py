"""What a server refuses of a patch is told with the file and the line of the patch, by diff and by apply."""

import pytest
import yaml

from tests.on_cluster.app_on_cluster import AppOnCluster, Body, deployment

pytestmark = pytest.mark.controlplane

FILE = "environments/dev/environment.yaml"
REPLICAS = "merge: {spec: {replicas: -2}}"
UNKNOWN = "merge: {spec: {replicsa: 2}}"
NO_IMAGE = "strategic: {spec: {template: {spec: {containers: [{name: more}]}}}}"
ADDED = "json: [{op: add, path: /spec/template/spec/containers/-, value: {name: more}}]"
SELECTOR = "merge: {spec: null}"
CONTAINERS = "spec.template.spec.containers[1].image"


@pytest.fixture
def web(cluster_app: AppOnCluster) -> AppOnCluster:
    cluster_app.component("web", deployment("web"))
    return cluster_app


def patched(app: AppOnCluster, *patches: str, kind: str = "Deployment") -> int:
    """Write patches of objects of a kind into the environment; the line of the first of them."""
    stated = yaml.safe_load(app.project.read(FILE))
    lines = yaml.safe_dump({key: value for key, value in stated.items() if key != "patches"})
    text = "".join(f"  - target: {{kind: {kind}}}\n    {patch}\n" for patch in patches)
    app.project.write({FILE: f"{lines}patches:\n  web:\n{text}"})
    return lines.count("\n") + 3


@pytest.mark.parametrize(
    ("patch", "line", "column", "sets"),
    [
        (REPLICAS, 2, 5, "sets spec.replicas"),
        (UNKNOWN, 2, 5, "sets spec.replicsa; check the spelling"),
        (NO_IMAGE, 2, 5, f"sets {CONTAINERS}"),
        (ADDED, 3, 12, f"sets {CONTAINERS}"),
        (SELECTOR, 2, 5, "sets spec.selector, "),
    ],
)
def test_diff_and_apply_name_the_patch_of_a_refused_field(
    web: AppOnCluster, patch: str, line: int, column: int, sets: str
) -> None:
    web.run("apply", "dev").ok()
    first = patched(web, "merge: {spec: {minReadySeconds: 1}}", patch)
    for command in "diff", "apply":
        done = web.run(command, "dev")
        assert f"the patch at {FILE}:{first + line}:{column} {sets}" in done.out + done.err
        assert "dlctl validate" not in done.out + done.err, "the line is known already"


def _job() -> Body:
    pods = {"restartPolicy": "Never", "containers": [{"name": "main", "image": "a:1"}]}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "train"},
        "spec": {"template": {"spec": pods}},
    }


def test_the_change_that_a_run_does_not_take_is_shown_with_its_reason(cluster_app: AppOnCluster) -> None:
    cluster_app.component("web", _job())
    cluster_app.run("apply", "dev").ok()
    other = "{op: add, path: /spec/parallelism, value: 1}, "
    selects = "{op: add, path: /spec/template/spec/nodeSelector, value: {gpu: v100}}"
    line = patched(cluster_app, f"json: [{other}{selects}]", kind="Job")
    place = f"{FILE}:{line + 1}:{12 + len(other)}"
    reason = (
        f"spec.template cannot be changed in place (the patch at {place} sets spec.template; pass --replace"
    )
    shown = cluster_app.run("diff", "dev")
    assert shown.code == 2
    assert f"+++ unknown: {reason}" in shown.out
    assert "+      nodeSelector:\n+        gpu: v100\n" in shown.out
    assert [text for text in shown.out.splitlines() if text.startswith("-") and text[1:2] != "-"] == []
    summed = cluster_app.run("diff", "dev", "--summary")
    assert summed.code == 2
    job = f"dev: Job.batch/train (namespace {cluster_app.namespace})"
    assert f"{job}: unknown: {reason}" in summed.err
    steps = cluster_app.run("diff", "dev", "-o", "json").json["items"][0]["steps"]
    changed = [change["path"] for step in steps for change in step["changes"]]
    assert changed == ["/spec/template/spec/nodeSelector"]


def test_a_field_that_the_server_names_by_another_one(cluster_app: AppOnCluster) -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}}
    cluster_app.component("web", {**service, "spec": {"ports": [{"port": 80}]}})
    cluster_app.run("apply", "dev").ok()
    line = patched(cluster_app, "merge: {spec: {clusterIP: None}}", kind="Service")
    for words in (("diff", "dev"), ("diff", "dev", "--summary"), ("apply", "dev")):
        done = cluster_app.run(*words)
        assert f"the patch at {FILE}:{line}:5 sets spec.clusterIP;" in done.out + done.err


def test_an_object_that_cannot_be_created_names_the_patch(web: AppOnCluster) -> None:
    line = patched(web, REPLICAS)
    done = web.run("apply", "dev")
    assert done.code == 1
    assert f"\n  the patch at {FILE}:{line}:5 sets spec.replicas\n" in done.err


def test_a_version_that_a_patch_sets_and_the_cluster_does_not_serve(web: AppOnCluster) -> None:
    line = patched(web, "merge: {apiVersion: apps/v1beta7}")
    done = web.run("apply", "dev")
    assert "does not serve apps/v1beta7 Deployment (of this kind it serves apps/v1)" in done.err
    assert f"the patch at {FILE}:{line}:5 sets apiVersion; install" in done.err


def test_a_run_that_cannot_be_created_names_the_patch(cluster_app: AppOnCluster) -> None:
    cluster_app.component("web", _job())
    line = patched(cluster_app, "merge: {spec: {completions: -2}}", kind="Job")
    for words in ((), ("--dry-run=server",)):
        done = cluster_app.run("job", "submit", "web", "--env", "dev", *words)
        assert f"the patch at {FILE}:{line}:5 sets spec.completions" in done.out + done.err


def test_a_field_of_the_template_is_no_patch_s(cluster_app: AppOnCluster) -> None:
    cluster_app.component("web", deployment("web", replicas=-2))
    patched(cluster_app, "merge: {spec: {minReadySeconds: 1}}")
    done = cluster_app.run("apply", "dev")
    assert "spec.replicas: Invalid value: -2" in done.err
    assert "the patch at" not in done.err


def test_a_conflict_over_a_field_of_a_patch(web: AppOnCluster) -> None:
    web.run("apply", "dev").ok()
    web.kubectl(
        "patch", "deployment/web", "--type=merge", "-p", '{"spec":{"paused":true}}', "--field-manager=ops"
    )
    line = patched(web, "merge: {spec: {paused: false}}")
    done = web.run("apply", "dev")
    assert f"the patch at {FILE}:{line}:5 sets spec.paused; pass --force-conflicts" in done.err


@pytest.mark.parametrize(
    ("patch", "words"),
    [
        (
            "merge: {spec: {paused: true}, metadata: {annotations: {dlctl.dev/conflicts: maybe}}}",
            "annotation dlctl.dev/conflicts is 'maybe'",
        ),
        ("merge: {metadata: {labels: {applyset.kubernetes.io/part-of: x}}}", "which dlctl sets itself"),
        ("merge: {metadata: {name: other}}", "components 'other' and 'web' both render"),
    ],
)
def test_what_dlctl_refuses_of_a_patch(web: AppOnCluster, patch: str, words: str) -> None:
    web.component("other", deployment("other"))
    web.run("apply", "dev").ok()
    line = patched(web, patch)
    done = web.run("diff", "dev")
    assert f"{FILE}:{line}:5: " in done.err
    assert words in done.err
