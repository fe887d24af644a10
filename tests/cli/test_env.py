"""`dlctl env` where no cluster answers: add, list, describe, set, rm, diff."""

from pathlib import Path

import pytest

from tests.output_schemas import checked
from tests.project import Project

KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: lab
contexts:
- {name: lab, context: {cluster: lab, namespace: team, user: me}}
- {name: other, context: {cluster: other, user: me}}
clusters:
- {name: lab, cluster: {server: "http://127.0.0.1:9"}}
- {name: other, cluster: {server: "http://127.0.0.1:19"}}
users:
- {name: me, user: {}}
"""


@pytest.fixture
def lab(app: Project) -> Project:
    Path(app.environ["KUBECONFIG"]).write_text(KUBECONFIG)
    return app


def without_modeline(text: str) -> str:
    """The text without its first line, which names the schema for editors."""
    first, _, rest = text.partition("\n")
    assert first.startswith("# yaml-language-server: $schema=")
    return rest


def test_add_takes_kubectls_current_context_and_says_that_it_is_not_pinned(lab: Project) -> None:
    outcome = lab.run("env", "add", "lab").ok()
    assert "warning: " in outcome.err
    assert "127.0.0.1:9" in outcome.err
    assert "dlctl env set lab --pin" in outcome.err
    text = without_modeline(lab.read("environments/lab/environment.yaml"))
    assert text == "context: lab\nserver: http://127.0.0.1:9\nnamespace: team\n"
    assert without_modeline(lab.read("environments/lab/params.yaml")).startswith("# Parameters")
    lab.run("show", "lab").ok()


def test_add_with_flags(lab: Project) -> None:
    lab.run("env", "add", "us-west/prod", "--context", "other", "-n", "ml").ok()
    text = without_modeline(lab.read("environments/us-west/prod/environment.yaml"))
    assert text == "context: other\nserver: http://127.0.0.1:19\nnamespace: ml\n"


def test_add_by_server_finds_the_context(lab: Project) -> None:
    lab.run("env", "add", "o", "--server", "http://127.0.0.1:19").ok()
    assert "context: other" in lab.read("environments/o/environment.yaml")


def test_add_without_a_cluster(app: Project) -> None:
    """No kubeconfig is there: a first environment needs none."""
    answer = app.run("env", "add", "base", "--no-cluster", "-n", "ml").ok()
    assert answer.err.splitlines()[-1] == "added environment base: no cluster, namespace ml"
    assert without_modeline(app.read("environments/base/environment.yaml")) == "namespace: ml\n"
    app.run("show", "base").ok()
    refused = app.run("env", "add", "other")
    assert (refused.code, "--no-cluster" in refused.err) == (1, True)
    both = app.run("env", "add", "other", "--no-cluster", "--context", "lab")
    assert (both.code, "--no-cluster cannot be used with" in both.err) == (2, True)


def test_the_namespace_of_what_is_extended_is_the_default(app: Project) -> None:
    app.run("env", "add", "base", "--no-cluster", "-n", "ml").ok()
    app.run("env", "add", "child", "--no-cluster", "--extends", "base").ok()
    assert "namespace: ml\n" in app.read("environments/child/environment.yaml")
    app.run("env", "add", "other", "--no-cluster", "--extends", "base", "-n", "own").ok()
    assert "namespace: own\n" in app.read("environments/other/environment.yaml")


def test_add_that_extends(lab: Project) -> None:
    lab.run("env", "add", "base", "--no-cluster").ok()
    lab.run("param", "set", "--env", "base", "replicas", "7").ok()
    lab.run("env", "add", "child", "--extends", "base", "--extends", "prod").ok()
    assert "extends:\n- base\n- prod\n" in lab.read("environments/child/environment.yaml")
    explained = lab.run("param", "explain", "web", "replicas", "--env", "child", "-o", "json").json
    assert explained["value"] == 7
    before = lab.files()
    wrong = lab.run("env", "add", "another", "--extends", "bse")
    assert (wrong.code, "did you mean 'base'?" in wrong.err) == (1, True)
    assert lab.files() == before


def test_add_a_sandbox_needs_neither_kubeconfig_nor_pin(app: Project) -> None:
    outcome = app.run("env", "add", "local", "--sandbox", "box").ok()
    assert (
        without_modeline(app.read("environments/local/environment.yaml"))
        == "sandbox: box\nnamespace: default\n"
    )
    assert "warning: sandbox 'box' not found; start it with 'dlctl sandbox up box'" in outcome.err
    assert "pinned" not in outcome.err
    rows = [line.split() for line in app.run("env", "list").out.splitlines()]
    assert ["local", "sandbox", "box", "default", "not", "needed"] in rows


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("dev",), 1, "environment 'dev' already exists"),
        (("new", "--context", "labb"), 1, "lab"),
        (("new", "--server", "http://nowhere"), 1, "nowhere"),
        (("new", "--require-cluster"), 1, "127.0.0.1:9"),
        (("new", "--sandbox", "s", "--context", "lab"), 2, "--sandbox cannot be used with"),
        (("new", "--sandbox", "Bad Name"), 1, "name for a sandbox"),
        (("new", "-n", "Bad Name"), 1, "name for a namespace"),
        (("../up",), 1, "name for an environment"),
        (("",), 1, "name for an environment"),
        (("a//b",), 1, "name for an environment"),
        (("a.b",), 1, "name for an environment"),
        (("/abs",), 1, "name for an environment"),
        (("ünï",), 1, "name for an environment"),
        (("a" * 64,), 1, "at most 63"),
    ],
)
def test_add_mistakes_write_nothing(lab: Project, words: tuple[str, ...], code: int, message: str) -> None:
    before = lab.files()
    outcome = lab.run("env", "add", *words)
    assert (outcome.code, outcome.out) == (code, "")
    assert message in outcome.err
    assert lab.files() == before


def test_add_without_any_kubeconfig(app: Project) -> None:
    before = app.files()
    outcome = app.run("env", "add", "new")
    assert outcome.code == 1
    assert "no context selected" in outcome.err
    assert "KUBECONFIG" in outcome.err
    assert app.files() == before


def test_add_keeps_parameters_that_are_already_there(app: Project) -> None:
    app.write({"environments/new/params.yaml": "params: {title: kept}\n"})
    app.run("env", "add", "new", "--sandbox", "s").ok()
    assert app.read("environments/new/params.yaml") == "params: {title: kept}\n"


def test_list_and_describe_as_json(app: Project) -> None:
    listed = app.run("env", "list", "-o", "json").ok().json
    assert (listed["apiVersion"], listed["kind"]) == ("dlctl.dev/v1", "EnvironmentList")
    assert [item["name"] for item in listed["items"]] == ["dev", "prod"]
    one = app.run("env", "describe", "prod", "-o", "json").ok().json
    assert (one["kind"], one["namespace"], one["protected"]) == ("Environment", "prod-space", False)


def test_list_shows_what_is_extended_and_protected(app: Project) -> None:
    app.write({"environments/prod/environment.yaml": "context: prod\nprotected: true\nextends: [dev]\n"})
    lines = app.run("env", "list").ok().out.splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["dev", "dev", "dev-space", "no"],
        ["prod", "prod", "default", "dev", "yes", "no"],
    ]
    prod = app.run("env", "list", "-o", "json").ok().json["items"][1]
    assert (prod["extends"], prod["protected"]) == (["dev"], True)


def test_describe(app: Project) -> None:
    text = app.run("env", "describe", "prod").ok().out
    assert "context: prod\nnamespace: prod-space\n" in text
    assert "parameters for every component, by environment: prod: title" in text


def test_set_edits_the_file_and_keeps_comments(app: Project) -> None:
    app.write({"environments/dev/environment.yaml": "# mine\ncontext: dev # c\nclusterId: u\nnamespace: a\n"})
    app.run("env", "set", "dev", "--namespace", "ml", "--protected").ok()
    assert app.read("environments/dev/environment.yaml") == (
        "# mine\ncontext: dev # c\nclusterId: u\nnamespace: ml\nprotected: true\n"
    )


def test_set_another_context_keeps_the_pin(app: Project) -> None:
    """A context is how a cluster is reached; the pin says which one is meant."""
    app.write({"environments/dev/environment.yaml": "context: dev\nserver: http://a\nclusterId: u\n"})
    app.run("env", "set", "dev", "--context", "new").ok()
    assert app.read("environments/dev/environment.yaml") == "context: new\nclusterId: u\n"
    app.run("env", "set", "dev", "--server", "http://b").ok()
    assert "clusterId: u\n" in app.read("environments/dev/environment.yaml")
    app.run("env", "set", "dev", "--sandbox", "box").ok()
    assert app.read("environments/dev/environment.yaml") == "sandbox: box\n"


def test_set_says_that_the_pin_stays_and_how_to_pin_again(lab: Project) -> None:
    lab.write(
        {
            "environments/dev/environment.yaml": "context: lab\nserver: http://a\nclusterId: u\n",
            "environments/dev/cluster.yaml": "apiVersion: dlctl.dev/v1\nkind: ClusterSnapshot\nversion: v1\n",
        }
    )
    outcome = lab.run("env", "set", "dev", "--context", "other").ok()
    assert outcome.err == (
        "changed environments/dev/environment.yaml\n"
        "note: environment dev stays pinned to cluster u; "
        "if another one is meant now, run 'dlctl env set dev --pin'\n"
    )
    assert (
        lab.run("env", "set", "dev", "--sandbox", "box")
        .ok()
        .err.endswith(
            "note: environment dev is no longer pinned to cluster u\n"
            "note: environments/dev/cluster.yaml describes the previous cluster; "
            "write it again with 'dlctl env update dev'\n"
        )
    )


@pytest.mark.parametrize("words", [("--context", "dev"), ("--server", "http://a"), ("--namespace", "x")])
def test_set_keeps_the_pin_where_the_cluster_stays_the_same(app: Project, words: tuple[str, str]) -> None:
    app.write({"environments/dev/environment.yaml": "context: dev\nserver: http://a\nclusterId: u\n"})
    outcome = app.run("env", "set", "dev", *words).ok()
    assert "clusterId: u" in app.read("environments/dev/environment.yaml")
    assert "pinned" not in outcome.err


def test_set_warns_of_a_context_and_a_sandbox_that_do_not_exist_here(lab: Project) -> None:
    outcome = lab.run("env", "set", "dev", "--context", "othre").ok()
    assert "warning: context 'othre' not found in kubeconfig" in outcome.err
    assert "did you mean 'other'? contexts: lab, other" in outcome.err
    assert "context: othre" in lab.read("environments/dev/environment.yaml"), "a colleague's may have it"
    outcome = lab.run("env", "set", "dev", "--sandbox", "box").ok()
    assert "warning: sandbox 'box' not found; start it with 'dlctl sandbox up box'" in outcome.err
    assert "warning" not in lab.run("env", "set", "prod", "--context", "lab").ok().err


def test_add_checks_names_before_it_asks_a_cluster(lab: Project) -> None:
    outcome = lab.run("env", "add", "new", "-n", "Bad Name")
    assert outcome.err.startswith("Error: 'Bad Name' is not a valid name for a namespace")


def test_describe_says_why_the_cluster_cannot_be_asked_and_what_to_do(lab: Project) -> None:
    lab.write(
        {
            "environments/dev/environment.yaml": "context: lbb\nclusterId: u\n",
            "environments/prod/environment.yaml": "context: lab\n",
            "environments/new/environment.yaml": "context: lbb\n",
            "environments/base/environment.yaml": "namespace: x\n",
        }
    )
    missing = lab.run("env", "describe", "dev").ok().out
    assert "cluster status: no-context: context 'lbb' not found in kubeconfig" in missing
    assert "did you mean" not in missing, "it is pinned: a context of another cluster would be refused"
    assert "the environment is pinned to its cluster: add a context of that one again" in missing
    assert "choose another one with 'dlctl env set dev --context CONTEXT'" in missing
    assert "did you mean 'lab'?" in lab.run("env", "describe", "new").ok().out
    assert "cluster" not in lab.run("env", "describe", "dev", "--offline").ok().out.replace("clusterId", "")
    assert "cluster" not in lab.run("env", "describe", "base").ok().out
    document = checked(lab.run("env", "describe", "prod", "-o", "json").ok().out, "Environment")
    assert document["cluster"]["status"] == "unreachable"
    assert document["cluster"]["pin"] == "missing"
    assert (
        checked(lab.run("env", "describe", "base", "-o", "json").ok().out, "Environment")["cluster"] is None
    )


def test_every_command_says_how_to_mend_a_missing_context(lab: Project) -> None:
    for words in ("diff dev", "status dev", "apply dev", "node list dev", "env update dev"):
        outcome = lab.run(*words.split())
        assert outcome.code != 0
        assert "choose another one with 'dlctl env set dev --context CONTEXT'" in outcome.err, words


def test_several_environments_are_named_once_in_their_errors(lab: Project) -> None:
    outcome = lab.run("status", "dev", "nope")
    assert "Error: environment 'nope' not found" in outcome.err
    assert "Error: environments/dev/environment.yaml:1: dev: context 'dev' not found" in outcome.err


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ((), 2, "nothing to set"),
        (("--namespace", "Bad Name"), 1, "name for a namespace"),
        (("--sandbox", "Bad Name"), 1, "name for a sandbox"),
        (("--sandbox", "s", "--context", "c"), 2, "--sandbox cannot be used with"),
    ],
)
def test_set_mistakes_write_nothing(app: Project, words: tuple[str, ...], code: int, message: str) -> None:
    before = app.files()
    outcome = app.run("env", "set", "dev", *words)
    assert outcome.code == code
    assert message in outcome.err
    assert app.files() == before


def test_set_of_a_protected_environment_prompts(app: Project) -> None:
    app.run("env", "set", "dev", "--protected").ok()
    before = app.files()
    outcome = app.run("env", "set", "dev", "--namespace", "x")
    assert outcome.code == 2
    assert "pass --yes" in outcome.err
    assert app.files() == before
    app.run("env", "set", "dev", "--namespace", "x", "--yes").ok()


def test_set_of_equal_values_reports_unchanged(app: Project) -> None:
    outcome = app.run("env", "set", "dev", "--namespace", "dev-space").ok()
    assert "unchanged" in outcome.err


def test_rm_removes_only_its_own_files(app: Project) -> None:
    app.write(
        {
            "environments/us/environment.yaml": "context: us\n",
            "environments/us/params.yaml": "params: {}\n",
            "environments/us/notes.txt": "mine",
            "environments/us/west/environment.yaml": "context: west\n",
        }
    )
    app.run("env", "rm", "us", "--yes").ok()
    left = [name for name in app.files() if name.startswith("environments/us")]
    assert left == ["environments/us/notes.txt", "environments/us/west/environment.yaml"]
    app.run("env", "rm", "us/west", "--yes").ok()
    assert not (app.root / "environments/us/west").exists()


def test_rm_refuses_an_extended_environment(app: Project) -> None:
    app.write({"environments/prod/environment.yaml": "context: prod\nextends: [dev]\n"})
    before = app.files()
    outcome = app.run("env", "rm", "dev", "--yes")
    assert outcome.code == 1
    assert "environments/prod/environment.yaml" in outcome.err
    assert "environment 'prod' extends 'dev'" in outcome.err
    assert app.files() == before


def test_rm_prompts(app: Project) -> None:
    outcome = app.run("env", "rm", "dev")
    assert outcome.code == 2
    assert "pass --yes" in outcome.err
    assert (app.root / "environments/dev/environment.yaml").exists()


def test_diff_has_settings_and_parameters(app: Project) -> None:
    outcome = app.run("env", "diff", "dev", "prod")
    assert outcome.code == 1
    rows = [line.split() for line in outcome.out.splitlines()]
    assert rows[0] == ["COMPONENT", "SETTING", "dev", "prod"]
    assert ["namespace", "dev-space", "prod-space"] in rows
    assert ["web", "replicas", "3", "2"] in rows
    document = app.run("env", "diff", "dev", "prod", "-o", "json").json
    assert document["kind"] == "EnvironmentDiff"
    assert app.run("env", "diff", "dev", "dev").code == 0


def test_rm_refuses_a_symbolic_link(app: Project) -> None:
    (app.root / "environments" / "other").symlink_to("dev")
    app.run("show", "other").ok()
    before = app.files()
    outcome = app.run("env", "rm", "other", "--yes")
    assert outcome.code == 1
    assert "environments/other is a symbolic link to dev" in outcome.err
    assert app.files() == before


def test_environments_behind_links_are_listed(app: Project) -> None:
    elsewhere = app.root / "shared-environments"
    (elsewhere / "west").mkdir(parents=True)
    (elsewhere / "west" / "environment.yaml").write_text("context: west\n")
    (app.root / "environments" / "us").symlink_to(elsewhere)
    (app.root / "environments" / "prod" / "around").symlink_to("..")
    (app.root / "environments" / "prod" / "itself").symlink_to(".")
    names = [item["name"] for item in app.run("env", "list", "-o", "json").ok().json["items"]]
    assert names == ["dev", "prod", "us/west"]
    app.run("show", "us/west").ok()
    assert app.run("show", "us/*", "-o", "name").ok().out


def test_an_environment_behind_a_link_out_of_the_app_is_refused(app: Project) -> None:
    elsewhere = app.root.parent / "elsewhere"
    (elsewhere / "west").mkdir(parents=True)
    (elsewhere / "west" / "environment.yaml").write_text("context: west\n")
    (app.root / "environments" / "us").symlink_to(elsewhere)
    (app.root / "environments" / "west").symlink_to(elsewhere / "west")
    for name in ("us/west", "west"):
        for words in (("show", name), ("env", "describe", name), ("param", "list", "--env", name)):
            outcome = app.run(*words)
            assert (outcome.code, outcome.out) == (1, ""), words
            assert f"environments/{name}: symbolic link points outside the app" in outcome.err


@pytest.mark.parametrize("words", ["env list", "env rm dev --yes"])
def test_folder_with_invalid_name_is_reported(app: Project, words: str) -> None:
    app.write({"environments/Bad Name/environment.yaml": ""})
    outcome = app.run(*words.split())
    assert outcome.code == 1
    assert "environments/Bad Name/environment.yaml: 'Bad Name' is not a valid name" in outcome.err


def test_invalid_name_argument_has_no_location(app: Project) -> None:
    assert app.run("env", "describe", "Bad Name").err.startswith("Error: 'Bad Name' is not a valid name")


def test_diff_shows_patches_too(app: Project) -> None:
    patch = "{target: {kind: Deployment}, merge: {spec: {replicas: 7}}}"
    for name in ("dev", "prod"):
        app.write({f"environments/{name}/params.yaml": ""})
        app.write({f"environments/{name}/environment.yaml": f"patches: {{web: [{patch}]}}\n"})
    assert app.run("env", "diff", "dev", "prod").ok().out == ""
    app.write({"environments/prod/environment.yaml": f"patches: {{web: [{patch.replace('7', '8')}]}}\n"})
    outcome = app.run("env", "diff", "dev", "prod", "-o", "json")
    assert outcome.code == 1
    (difference,) = outcome.json["settings"]
    assert difference["name"] == "patches"
    assert difference["right"]["web"][0]["merge"] == {"spec": {"replicas": 8}}


@pytest.mark.parametrize(
    "patch",
    [
        "{target: {kind: Secret}, merge: {stringData: {a: hunter2}}}",
        "{target: {kind: Secret}, json: [{op: add, path: /stringData/a, value: hunter2}]}",
    ],
)
def test_patches_of_secrets_are_masked_but_comparable(app: Project, patch: str) -> None:
    for name, secret in {"dev": "hunter2", "prod": "hunter2", "new": "hunter3"}.items():
        app.write({f"environments/{name}/params.yaml": "", f"environments/{name}/environment.yaml": ""})
        text = f"patches: {{web: [{patch.replace('hunter2', secret)}]}}\n"
        app.write({f"environments/{name}/environment.yaml": text})
    assert app.run("env", "diff", "dev", "prod").code == 0
    for words in ("env diff dev new", "env diff dev new -o json", "env list -o json", "env describe dev"):
        outcome = app.run(*words.split())
        assert outcome.code == (1 if "diff" in words else 0)
        assert "patches" in outcome.out
        assert "hunter" not in outcome.out


def test_an_environment_without_a_cluster_is_named(app: Project) -> None:
    app.run("env", "add", "base", "--no-cluster").ok()
    for verb, code in (("diff", 2), ("status", 1), ("apply", 1), ("delete", 1)):
        answer = app.run(verb, "base")
        assert (answer.code, "environment 'base' has no cluster" in answer.err) == (code, True), verb
        assert "dlctl env set base --context CONTEXT" in answer.err
    checked = app.run("validate", "base").ok()
    assert "base has no cluster, and so no schemas: check the environments that extend it" in checked.err
    assert "dlctl env update base" not in checked.err
