"""`dlctl component list` and `rm`."""

import pytest

from tests.project import Project


def test_list_names_prototype_and_place(app: Project) -> None:
    outcome = app.run("component", "list").ok()
    assert outcome.out.splitlines()[1].split() == ["web", "page", "dlctl.yaml:6:3"]


def test_list_as_json_has_a_version(app: Project) -> None:
    document = app.run("component", "list", "-o", "json").ok().json
    assert (document["apiVersion"], document["kind"]) == ("dlctl.dev/v1", "ComponentList")
    assert document["items"] == [
        {
            "name": "web",
            "prototype": "page",
            "baseName": "web",
            "namespace": None,
            "location": {"path": "dlctl.yaml", "line": 6, "column": 3},
        }
    ]


def test_an_empty_app_says_what_to_do(project: Project) -> None:
    project.run("init", "empty").ok()
    outcome = project.run("component", "list", cwd="empty").ok()
    assert outcome.out == ""
    assert "dlctl generate PROTOTYPE COMPONENT" in outcome.err


def test_rm_removes_all_mentions_and_keeps_comments(app: Project) -> None:
    app.write(
        {
            "dlctl.yaml": "# top\napiVersion: dlctl.dev/v1\nkind: App\nname: small\n"
            "id: 6a1f2f0e-4f0b-4f65-9d3c-0d8f0a1c2b3d\ncomponents:\n"
            "  # first\n  web: {prototype: page}\n"
            "  # second\n  old:\n    prototype: page\n    name: o # gone\n",
            "environments/dev/environment.yaml": "# where\ncontext: dev\ndisabled:\n- web  # stays\n- old\n"
            "patches:\n  web:\n  - {target: {kind: Deployment}, merge: {}}\n"
            "  old:\n  - {target: {kind: Deployment}, merge: {}}\n",
            "environments/dev/params.yaml": "# values\ncomponents:\n"
            "  old: {replicas: 1}\n  web: {title: x}\n",
            "environments/prod/environment.yaml": "context: prod\ndisabled: old\n",
            "environments/prod/params.yaml": "params: {title: Production}\n",
        }
    )
    outcome = app.run("component", "rm", "old", "--yes").ok()
    assert app.read("dlctl.yaml") == (
        "# top\napiVersion: dlctl.dev/v1\nkind: App\nname: small\n"
        "id: 6a1f2f0e-4f0b-4f65-9d3c-0d8f0a1c2b3d\ncomponents:\n"
        "  # first\n  web: {prototype: page}\n  # second\n"
    )
    assert app.read("environments/dev/environment.yaml") == (
        "# where\ncontext: dev\ndisabled:\n- web  # stays\n"
        "patches:\n  web:\n  - {target: {kind: Deployment}, merge: {}}\n"
    )
    assert app.read("environments/dev/params.yaml") == "# values\ncomponents:\n  web: {title: x}\n"
    assert app.read("environments/prod/environment.yaml") == "context: prod\n"
    assert app.read("environments/prod/params.yaml") == "params: {title: Production}\n"
    assert "changed dlctl.yaml" in outcome.err
    assert "stay on their clusters" in outcome.err


def test_rm_of_the_last_component_leaves_an_app(app: Project) -> None:
    app.run("component", "rm", "web", "--yes").ok()
    app.run("component", "list").ok()
    app.run("show", "dev").ok()


def test_rm_prompts_and_needs_yes_without_a_terminal(app: Project) -> None:
    before = app.files()
    outcome = app.run("component", "rm", "web")
    assert outcome.code == 2
    assert "pass --yes" in outcome.err
    assert app.files() == before


def test_rm_of_an_unknown_component_names_the_nearest(app: Project) -> None:
    outcome = app.run("component", "rm", "wbe", "--yes")
    assert outcome.code == 1
    assert "did you mean 'web'?" in outcome.err


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("params.yaml", "[1]\n", "params.yaml:1:1: expected a mapping, found a list"),
        ("params.yaml", "components: [web]\n", "params.yaml:1:13: 'components' must be a mapping"),
        ("environment.yaml", "- a\n", "environment.yaml:1:1: expected a mapping, found a list"),
        ("environment.yaml", "patches: [web]\n", "environment.yaml:1:10: 'patches' must be a mapping"),
        ("environment.yaml", "disabled: 5\n", "environment.yaml:1:11: 'disabled' must be a list"),
        ("environment.yaml", "disabled: [web, 5]\n", "environment.yaml:1:17: 'disabled' must list strings"),
    ],
)
def test_rm_names_an_environments_file_that_is_wrong(
    app: Project, file: str, text: str, message: str
) -> None:
    app.write({f"environments/dev/{file}": text})
    before = app.files()
    outcome = app.run("component", "rm", "web", "--yes")
    assert outcome.code == 1
    assert message in outcome.err
    assert app.files() == before


def test_rm_removes_repeated_mentions(app: Project) -> None:
    app.write({"environments/dev/environment.yaml": "disabled: [web, web]\nnamespace: x\n"})
    app.run("component", "rm", "web", "--yes").ok()
    assert app.read("environments/dev/environment.yaml") == "namespace: x\n"
    app.run("env", "list").ok()
