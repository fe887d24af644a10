"""Plans in files: saved by `diff --save`, shown and signed by `plan`, applied by `apply --plan`."""

import json
import stat
from pathlib import Path

import jsonschema_rs
import pytest

from dlctl.labels import APP, COMPONENT
from dlctl.manifest import ObjectRef
from dlctl.plan.applyset import applyset_id
from tests.conftest import REPOSITORY
from tests.on_cluster.app_on_cluster import AppOnCluster, config, deployment, secret
from tests.output_schemas import checked
from tests.packages.signing import new_key

pytestmark = pytest.mark.controlplane

PLAN = "dev.plan"


@pytest.fixture
def web(cluster_app: AppOnCluster) -> AppOnCluster:
    """An app with a secret parameter and three kinds of objects."""
    cluster_app.component(
        "web",
        deployment("web", replicas=1),
        params={"token": "CANARY-81516"},
        token={"type": "string", "writeOnly": True, "description": "A secret."},
    )
    cluster_app.component("api", config("settings", a="1"), secret("access", password="CANARY-hunter2"))
    return cluster_app


def saved(app: AppOnCluster, *flags: str) -> None:
    outcome = app.run("diff", "dev", "--save", PLAN, *flags)
    assert outcome.code in (0, 1), outcome.err
    assert f"the plan is saved in {PLAN}" in outcome.err


def test_a_saved_plan_is_private_and_is_applied_as_it_was_made(web: AppOnCluster) -> None:
    saved(web)
    file = web.project.root / PLAN
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    first = file.read_text()
    assert "CANARY" not in first
    slow = {word for word in first.split('"') if word.startswith("scrypt:")}
    assert slow

    applied = web.run("apply", "--plan", PLAN).ok()
    assert "3 created" in applied.err
    saved(web)
    assert not [word for word in slow if word in file.read_text()], "each plan has its own salt"
    assert "3 unchanged" in web.run("apply", "--plan", PLAN).ok().err


def test_flags_are_those_of_the_plan(web: AppOnCluster) -> None:
    web.run("apply", "dev").ok()
    web.component("api", config("settings", a="1"))
    refused = web.run("diff", "dev", "--save", PLAN, "--set", "web.token=CANARY-1")
    assert refused.code == 2
    assert "--set has a value of the secret parameter web.token" in refused.err
    assert not (web.project.root / PLAN).exists()

    saved(web, "-c", "api", "--prune")
    for flags in (("--prune",), ("-c", "api"), ("--set", "a=b"), ("--adopt",), ("--replace",), ("dev",)):
        beside = web.run("apply", "--plan", PLAN, *flags)
        assert beside.code == 2, flags
        name = flags[0] if flags[0].startswith("--") else {"-c": "-c", "dev": "ENV"}[flags[0]]
        assert f"{name} cannot be used with --plan" in beside.err
    assert "1 deleted" in web.run("apply", "--plan", PLAN).ok().err
    assert web.names("secret") == []


def test_changed_inputs_are_named(web: AppOnCluster) -> None:
    saved(web)
    web.component("api", config("settings", a="2"))
    web.project.write({"environments/dev/params.yaml": "components:\n  web: {token: CANARY-2}\n"})
    refused = web.run("apply", "--plan", PLAN)
    assert refused.code == 1
    assert "its inputs have changed" in refused.err
    assert "component api: prototypes/api/api/templates/objects.yaml\n" in refused.err
    assert "component web: environments/dev/params.yaml\n" in refused.err
    assert "make a new plan: dlctl diff dev --save FILE" in refused.err
    assert web.names("configmap") == []


def test_a_secret_that_a_parameter_refers_to_is_an_input(
    cluster_app: AppOnCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = {"type": "string", "writeOnly": True, "description": "A secret."}
    cluster_app.component("web", secret("access"), params={"token": {"fromEnv": "TOKEN"}}, token=token)
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: access}\nstringData: {a: {{ params.token }}}\n"
    cluster_app.template("web", text)
    monkeypatch.setenv("TOKEN", "CANARY-first")
    saved(cluster_app)
    monkeypatch.setenv("TOKEN", "CANARY-second")
    refused = cluster_app.run("apply", "--plan", PLAN)
    assert (refused.code, cluster_app.names("secret")) == (1, [])
    assert "Secret/access" in refused.err
    assert "renders differently: a secret that it refers to" in refused.err
    assert "CANARY" not in refused.err
    monkeypatch.setenv("TOKEN", "CANARY-first")
    cluster_app.run("apply", "--plan", PLAN).ok()


def remove(app: AppOnCluster, kind: str, name: str, field: str, key: str) -> None:
    """Somebody else removes a field that the app stated."""
    app.kubectl("patch", kind, name, "--type=merge", "-p", json.dumps({field: {key: None}}))


def test_what_others_changed_since_is_judged_by_what_would_be_done(web: AppOnCluster) -> None:
    """The same or less goes on, with a note; more is refused, and only that is shown."""
    before = secret("access", password="CANARY-hunter2", other="CANARY-3")
    web.component("api", config("settings", a="1", b="1"), before)
    web.run("apply", "dev").ok()
    after = secret("access", password="CANARY-2", other="CANARY-3")
    web.component("api", config("settings", a="2", b="1"), after)
    saved(web)

    web.kubectl("annotate", "configmap", "settings", "theirs=1")
    web.kubectl("label", "secret", "access", "theirs=1")
    web.kubectl("label", "deployment", "web", "theirs=1")
    same = web.run("apply", "--plan", PLAN, "--dry-run")
    assert same.code == 0, same.err
    assert same.err.count("changed after the plan was made; the same changes remain") == 2

    remove(web, "configmap", "settings", "data", "b")
    remove(web, "secret", "access", "data", "other")
    refused = web.run("apply", "--plan", PLAN)
    assert refused.code == 1
    assert "the cluster has changed, and more would change than the plan shows" in refused.err
    assert "settings in namespace" in refused.err
    assert 'would now also change /data/b from nothing to "1"' in refused.err
    assert 'would now also change /data/other from nothing to "***"' in refused.err
    assert "/data/a" not in refused.err
    assert "CANARY" not in refused.err
    assert web.get("configmap", "settings")["data"] == {"a": "1"}

    web.kubectl("patch", "configmap", "settings", "--type=merge", "-p", '{"data": {"a": "2", "b": "1"}}')
    web.kubectl("patch", "secret", "access", "--type=merge", "-p", '{"stringData": {"other": "CANARY-3"}}')
    done = web.run("apply", "--plan", PLAN).ok()
    assert "changed after the plan was made" in done.err
    assert web.get("configmap", "settings")["data"] == {"a": "2", "b": "1"}


def test_a_conflict_since_names_the_field_and_the_other_manager(web: AppOnCluster) -> None:
    """As a plain apply does; a value of a secret is not shown."""
    web.component("api", config("settings", a="1"), secret("access", password="CANARY-1"))
    web.run("apply", "dev").ok()
    web.component("api", config("settings", a="2"), secret("access", password="CANARY-2"))
    saved(web)
    forced = ("apply", "--server-side", "--force-conflicts", "--field-manager=other", "-f", "-")
    web.kubectl(*forced, body=config("settings", a="3"))
    refused = web.run("apply", "--plan", PLAN)
    assert refused.code == 1
    assert "the cluster has changed, and it can no longer be applied: ConfigMap/settings in" in refused.err
    assert "would be refused now: other field managers own fields: other owns .data.a\n" in refused.err
    assert "--save FILE; for it, pass --force-conflicts to take them over" in refused.err
    assert "other owns .data.a" in web.run("apply", "dev").err
    theirs = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "access"},
        "data": {"password": "QQ=="},
    }
    web.kubectl(*forced, body=theirs)
    both = web.run("apply", "--plan", PLAN).err
    assert ("other owns .data.password" in both, "CANARY" in both, "QQ==" in both) == (True, False, False), (
        both
    )


def test_steps_that_vanished(web: AppOnCluster) -> None:
    web.run("apply", "dev").ok()
    web.component("api", config("settings", a="2"))
    saved(web, "--prune")
    web.kubectl("label", "secret", "access", f"{COMPONENT}-", f"{APP}-")
    vanished = web.run("apply", "--plan", PLAN)
    assert vanished.code == 1
    assert "the cluster has changed, and less would change than the plan shows: Secret/access" in vanished.err
    assert "would be deleted by the plan, but not by a new one" in vanished.err
    assert "Deployment" not in vanished.err
    web.kubectl("delete", "secret", "access")
    gone = web.run("apply", "--plan", PLAN, "--dry-run").ok()
    assert "1 object that the plan deletes has already been deleted: Secret/access" in gone.err
    web.kubectl("delete", "configmap", "settings")
    saved_again = web.run("apply", "--plan", PLAN)
    assert "more would change than the plan shows: ConfigMap/settings" in saved_again.err
    assert "was deleted after the plan was made" in saved_again.err
    assert web.names("configmap") == []


def test_a_plan_that_was_applied_by_half_goes_on(web: AppOnCluster) -> None:
    """Its namespace was made, and an object that it replaces deleted; then the run was cut off."""
    place = f"{web.namespace}-new"
    web.environment("dev", pin=web.control_plane, namespace=place)
    saved(web)
    assert web.control_plane.kubectl("create", "namespace", place).returncode == 0
    applied = web.run("apply", "--plan", PLAN).ok()
    assert (f"Namespace/{place} already exists" in applied.err, "3 created" in applied.err) == (True, True)

    web.component("web", deployment("web", "other", replicas=1))
    saved(web, "--replace")
    web.control_plane.kubectl("delete", "-n", place, "deployment", "web")
    again = web.run("apply", "--plan", PLAN).ok()
    assert ("has already been deleted, and will only be created" in again.err, "1 created" in again.err) == (
        True,
        True,
    )
    assert web.run("diff", "dev").code == 0
    web.control_plane.kubectl("delete", "namespace", place, "--wait=false")


def test_what_is_done_already_is_one_note(web: AppOnCluster) -> None:
    web.component("api", config("one"), config("two"))
    saved(web)
    web.run("apply", "dev").ok()
    again = web.run("apply", "--plan", PLAN).ok()
    (note,) = (line for line in again.err.splitlines() if "already" in line)
    assert "objects already match the plan: ConfigMap/one" in note
    web.component("web", deployment("web", "other", replicas=1))
    saved(web, "--replace")
    web.run("apply", "dev", "--replace").ok()
    assert "1 object already matches the plan: Deployment" in web.run("apply", "--plan", PLAN).err


def test_a_parent_that_a_twin_made_after_the_plan_is_not_taken_over(web: AppOnCluster) -> None:
    saved(web)
    name, api = f"dlctl.{web.namespace}.dev", "applyset.kubernetes.io"
    parent = applyset_id(ObjectRef("", "ConfigMap", web.namespace, name))
    notes = {
        f"{api}/tooling": "dlctl/v0.1.0",
        f"{api}/contains-group-kinds": "",
        "dlctl.dev/app-id": "their-id",
    }
    body = config(name)
    metadata = {"name": name, "labels": {f"{api}/id": parent}, "annotations": notes}
    web.kubectl("create", "-f", "-", body={**body, "metadata": metadata})
    refused = web.run("apply", "--plan", PLAN)
    assert (refused.code, web.names("configmap")) == (1, [])
    assert "is the ApplySet parent of another app of this name, app id their-id" in refused.err
    assert web.get("configmap", name)["metadata"]["annotations"] == notes


def test_another_cluster_is_refused(web: AppOnCluster) -> None:
    saved(web)
    file = web.project.root / PLAN
    own = web.control_plane.get("namespace", "kube-system")["metadata"]["uid"]
    file.write_text(file.read_text().replace(own, "11111111-2222-3333-4444-555555555555"))
    refused = web.run("apply", "--plan", PLAN)
    assert refused.code == 1
    assert "it is for cluster 11111111-2222-3333-4444-555555555555" in refused.err
    assert web.names("configmap") == []
    file.write_text("{}")
    assert "cannot be used as a plan" in web.run("apply", "--plan", PLAN).err


def test_a_plan_is_shown(web: AppOnCluster) -> None:
    web.run("apply", "dev", "-c", "api").ok()
    web.component("api", config("settings", a="2"), secret("access", password="CANARY-2"))
    saved(web, "--prune")
    text = web.run("plan", "show", PLAN).ok().out
    assert "environment: dev\n" in text
    assert "flags: --prune\nsigned by: nobody\n" in text
    assert '-  a: "1"\n+  a: "2"\n' in text
    assert "*** (before)" in text
    assert "*** (after)" in text
    assert text.endswith("1 to create, 2 to update\n")

    document = checked(web.run("plan", "show", PLAN, "-o", "json").ok().out, "SavedPlan")
    assert document["signatures"] == []
    assert document["plan"] == json.loads(web.project.read(PLAN))
    schema = json.loads((REPOSITORY / "docs/reference/files/plan.schema.json").read_text())
    jsonschema_rs.validate(schema, document["plan"])

    markdown = web.run("plan", "show", PLAN, "-o", "markdown").ok().out
    assert markdown.startswith("### Plan of dev: 1 to create, 2 to update\n")
    assert f"| update | ConfigMap/settings (namespace {web.namespace}) |\n" in markdown
    assert "```diff\n" in markdown
    assert "CANARY" not in text + markdown + json.dumps(document)


@pytest.mark.parametrize("where", ["diff", "report", "hidden", "version"])
def test_a_plan_that_shows_something_else_is_refused(web: AppOnCluster, where: str) -> None:
    """What is read and signed is what is done: the texts of a file are compared with the plan made again."""
    web.run("apply", "dev").ok()
    web.component(
        "api", config("settings", a="2"), secret("access", password="CANARY-2"), config("more", b="1")
    )
    saved(web, *(("--dry-run",) if where == "report" else ()))
    file = web.project.root / PLAN
    plan = json.loads(file.read_text())
    made = file.read_text()
    (settings,) = (each for each in plan["objects"] if each["object"]["name"] == "settings")
    if where == "diff":
        settings["diff"] = settings["diff"].replace('+  a: "2"', '+  a: "1"')
    elif where == "hidden":
        settings["diff"] = ""
    elif where == "version":  # as if others had changed the object since
        settings["resourceVersion"] = "1"
        (step,) = (each for each in plan["plan"]["steps"] if each["object"]["name"] == "settings")
        step["changes"] = [{**each, "new": "harmless"} for each in step["changes"]]
    else:
        (step,) = (each for each in plan["plan"]["steps"] if each["object"]["name"] == "more")
        step["changes"], step["component"] = [], "other"
    file.write_text(json.dumps(plan))
    refused = web.run("apply", "--plan", PLAN)
    assert refused.code == 1
    named = "ConfigMap/more" if where == "report" else "ConfigMap/settings"
    assert (
        "nothing was applied: the saved diff no longer matches what would be applied: the diff of "
        in refused.err
    )
    assert named in refused.err
    file.write_text(made)
    assert "1 to create, 2 to update" in web.run("apply", "--plan", PLAN, "--dry-run").ok().err
    assert "1 created, 1 unchanged, 2 configured" in web.run("apply", "--plan", PLAN).ok().err


def test_a_plan_writes_no_control_characters_on_a_pipe(web: AppOnCluster) -> None:
    """Logs of CI are looked at in terminals, and somebody else may have made the file."""
    saved(web)
    file = web.project.root / PLAN
    file.write_text(file.read_text().replace('"createdAt": "', '"createdAt": "\\u001b[2J', 1))
    for output in ("text", "markdown"):
        shown = web.run("plan", "show", PLAN, "-o", output).ok().out
        assert "\x1b" not in shown
        assert "[2J" in shown.replace("\\", "")


def test_an_environment_that_takes_only_signed_plans(web: AppOnCluster, tmp_path: Path) -> None:
    ann, bob, eve = (new_key(tmp_path, name) for name in ("ann", "bob", "eve"))
    web.project.write({"keys/ops.pub": f"# operators\n{bob.public}\n"})
    web.environment("dev", pin=web.control_plane, approve={"keys": [ann.public, "keys/ops.pub"]})
    for words in (
        ("apply", "dev"),
        ("adopt", "dev"),
        ("delete", "dev", "--yes"),
        ("apply", "dev", "--dry-run"),
    ):
        plain = web.run(*words)
        assert plain.code == 1, words
        assert (
            "accepts only plans signed with a key listed under 'approve' in its environment.yaml" in plain.err
        )
        flags = {"adopt": "--adopt ", "delete": "--prune --prune-all "}.get(words[0], "")
        sign = "have it signed by 'dlctl plan sign FILE --key KEY'"
        assert f"run 'dlctl diff dev {flags}--save FILE', {sign}" in plain.err
    saved(web)
    unsigned = web.run("apply", "--plan", PLAN)
    assert (unsigned.code, "and this one is not signed" in unsigned.err) == (1, True)
    assert f"dlctl plan sign {PLAN} --key KEY" in unsigned.err

    assert eve.fingerprint in web.run("plan", "sign", PLAN, "--key", str(eve.file)).ok().err
    assert f"this one is signed by {eve.fingerprint}" in web.run("apply", "--plan", PLAN).err
    web.run("plan", "sign", PLAN, "--key", str(bob.file)).ok()
    assert f"signed by: {eve.fingerprint}, {bob.fingerprint}" in web.run("plan", "show", PLAN).ok().out

    file = web.project.root / PLAN
    content = file.read_text()
    file.write_text(content + "\n")
    changed = web.run("apply", "--plan", PLAN)
    assert "it was changed after it was signed" in changed.err
    shown = web.run("plan", "show", PLAN).ok()
    assert "signed by: nobody" in shown.out
    assert f"{PLAN}.sig has signatures that do not match this plan" in shown.err
    file.write_text(content)
    assert web.run("plan", "show", PLAN).ok().err == ""
    for namespace in ("package@dlctl.dev", "git"):
        (web.project.root / f"{PLAN}.sig").write_text(ann.sign(content, namespace))
        assert web.run("apply", "--plan", PLAN).code == 1
    assert web.names("configmap") == []
    web.run("plan", "sign", PLAN, "--key", f"{ann.file}").ok()
    assert "3 created" in web.run("apply", "--plan", PLAN).ok().err
    keys = {"keys": [ann.public]}  # what the hint of delete says
    web.environment("dev", pin=web.control_plane, approve=keys, disabled=["web", "api"])
    saved(web, "--prune", "--prune-all")
    web.run("plan", "sign", PLAN, "--key", f"{ann.file}").ok()
    assert "3 deleted" in web.run("apply", "--plan", PLAN).ok().err
    wrong = web.run("plan", "sign", PLAN, "--key", "none")
    assert (wrong.code, "ssh-keygen cannot sign with this key" in wrong.err) == (1, True)
