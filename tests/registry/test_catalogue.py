"""Where prototypes come from, and what is wrong with one that is wrong."""

import pytest

from dlctl.registry.prototypes.source import builtin_source
from tests.project import Project


@pytest.mark.slow
def test_registry_reached_twice_is_listed_once(app: Project) -> None:
    import shutil

    shutil.rmtree(app.root / "prototypes")
    (app.root / "prototypes").symlink_to(builtin_source().folder)
    app.write(
        {
            "dlctl.yaml": "apiVersion: dlctl.dev/v1\nkind: App\nname: a\n"
            "components: {cnn: {prototype: tf-cnn}}\n"
        }
    )
    app.write({"environments/dev/params.yaml": "", "environments/prod/params.yaml": ""})
    outcome = app.run("show", "dev").ok()
    assert outcome.err == ""
    names = [line.split()[1] for line in app.run("prototype", "list").ok().out.splitlines()]
    assert len(names) == len(set(names))


def test_an_apps_own_prototype_wins_with_a_note(app: Project) -> None:
    own = "prototypes/mine/tf-cnn/prototype.yaml"
    app.write({own: "summary: Ours\n", own.replace("prototype.yaml", "templates/a.yaml"): ""})
    app.run("generate", "tf-cnn", "c").ok()
    outcome = app.run("show", "dev", "-c", "c").ok()
    assert outcome.err == "note: prototypes/mine/tf-cnn is used instead of the built-in prototype 'tf-cnn'\n"
    for name in ("tf-job", "mpi-job", "tf-serving", "job-set", "vllm"):
        app.write({f"prototypes/mine/{name}/prototype.yaml": "summary: Ours\n"})
    (note,) = app.run("show", "dev", "-c", "c").ok().err.splitlines()
    assert note == (
        "note: 6 prototypes are used instead of the built-in ones of the same name: prototypes/mine/job-set, "
        "prototypes/mine/mpi-job, prototypes/mine/tf-cnn, prototypes/mine/tf-job, prototypes/mine/tf-serving "
        "and 1 more"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("params: {title: {anyOf: 5}}\n", "prototype.yaml:1:10: 'anyOf' of parameter 'title' must be a list"),
        ("params: {title: {pattern: 5}}\n", "1:10: 'pattern' of parameter 'title' must be a string"),
        ("params: {title: {properties: 5}}\n", "1:10: 'properties' of parameter 'title' must be a mapping"),
        ("params: {title: {items: {type: nope}}}\n", "1:10: parameter 'title' has unknown type 'nope'"),
        (
            "allOf: [{description: d, required: [5]}]\n",
            "1:9: 'required' of schema in 'allOf' must be a list",
        ),
        ("allOf: [{description: d, anyOf: 5}]\n", "1:9: 'anyOf' of schema in 'allOf' must be a list"),
        ("parms: {}\n", "prototype.yaml:1:1: unknown field 'parms'"),
        (
            "params: {Bad-Name: {type: string}}\n",
            "prototype.yaml:1:10: 'Bad-Name' is not a valid name for a parameter",
        ),
        ("params: {name: {type: string}}\n", "'name' is not a valid name for a parameter"),
        ("params: {a: 3}\n", "parameter 'a' must be a JSON Schema, found an integer"),
        ("params: {a: {x-aliases: [b]}, b: {}}\n", "'b' is a name of both 'a' and 'b'"),
        ("required: [a]\n", "'a' is in 'required' but not declared"),
        ("groups: [nope]\n", "parameter group 'nope' not found"),
        ("groups: [3]\n", "group must be a name"),
        ("name: pages\n", "prototype.yaml:1:7: name 'pages' does not match the folder 'page'"),
        ("kind: App\n", "unsupported kind 'App'"),
        ("", "the file is empty"),
        ("rules: [{when: a}]\n", "rule has no 'require'"),
        ("rules: [{require: a, message: b, params: [c]}]\n", "rule refers to unknown parameter 'c'"),
        ("rules: [3]\n", "prototype.yaml:1:9: "),
        ("requires: [{}]\n", "exactly one of 'kind', 'resource' and 'node_label'"),
        (
            "requires: [{resource: a/b, node_label: c/d}]\n",
            "exactly one of 'kind', 'resource' and 'node_label'",
        ),
        ("requires: [{resource: a/b, values: [c]}]\n", "'values' is only allowed with 'node_label'"),
        ("params: [a]\n", "'params' must be a mapping"),
        ("params: {a: {x-aliases: 3}}\n", "prototype.yaml:1:10: "),
        ("params: {a: {type: 3}}\n", "prototype.yaml:1:10: "),
        ("params: {a: {type: strin}}\n", "prototype.yaml:1:10: "),
        ("params: {a: {enum: 3}}\n", "prototype.yaml:1:10: "),
        ("- a\n", "prototype.yaml:1:1: expected a mapping"),
        ("a: [\n", "prototype.yaml:2:1: invalid YAML"),
    ],
)
def test_a_wrong_prototype_names_file_and_line(app: Project, text: str, message: str) -> None:
    app.write({"prototypes/pages/page/prototype.yaml": text, "environments/dev/params.yaml": ""})
    app.write(
        {"dlctl.yaml": "apiVersion: dlctl.dev/v1\nkind: App\nname: a\ncomponents: {web: {prototype: page}}\n"}
    )
    outcome = app.run("show", "dev", "--set", "a=1") if "params: {a: {" in text else app.run("show", "dev")
    assert outcome.code == 1
    assert message in outcome.err
    for words in (
        ("prototype", "describe", "page"),
        ("prototype", "list", "page"),
        ("generate", "page", "--help"),
    ):
        assert app.run(*words).code in (0, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sumary: Pages\n", "package.yaml:1:1: unknown field 'sumary'\n  did you mean 'summary'?"),
        ("name: other\n", "package.yaml:1:7: name 'other' does not match the folder 'pages'"),
        ("kind: Prototype\n", "package.yaml:1:7: unsupported kind 'Prototype'"),
    ],
)
def test_a_wrong_package_names_file_and_line(app: Project, text: str, message: str) -> None:
    app.write({"prototypes/pages/package.yaml": text})
    outcome = app.run("show", "dev")
    assert outcome.code == 1
    assert f"prototypes/pages/{message}" in outcome.err


def test_a_group_has_no_summary(app: Project) -> None:
    app.write({"prototypes/pages/groups/luck.yaml": "summary: Luck\n"})
    app.write(
        {
            "prototypes/pages/page/prototype.yaml": "groups: [luck]\n"
            + app.read("prototypes/pages/page/prototype.yaml")
        }
    )
    outcome = app.run("show", "dev")
    assert (outcome.code, "luck.yaml:1:1: unknown field 'summary'" in outcome.err) == (1, True)


def test_a_package_may_be_a_link_to_a_folder_of_the_app(app: Project) -> None:
    package = app.root / "prototypes" / "pages"
    package.rename(app.root / "shared-pages")
    package.symlink_to("../shared-pages")
    assert app.run("show", "dev", "-o", "name").ok().out == "configmap/web\ndeployment.apps/web\n"


def test_a_file_in_the_place_of_prototypes_is_named(app: Project) -> None:
    (app.root / "prototypes").rename(app.root.parent / "elsewhere")
    app.write({"prototypes": ""})
    outcome = app.run("prototype", "list")
    assert outcome.code == 1
    assert outcome.err.endswith("prototypes: cannot be read: Not a directory\n")


@pytest.mark.parametrize("name", ["My Page", "my_page", "Page", "-page", "p" * 64])
def test_a_prototypes_name_can_be_a_label(app: Project, name: str) -> None:
    app.write({f"prototypes/pages/{name}/prototype.yaml": "summary: x\n"})
    outcome = app.run("prototype", "describe", name if name[0] != "-" else f"pages/{name}")
    assert outcome.code == 1
    assert f"prototypes/pages/{name}: '{name}' is not a valid name for a prototype" in outcome.err
