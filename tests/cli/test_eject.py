"""`dlctl component eject`: the app owns a copy, and what is rendered stays the same to the byte."""

import pytest

from tests.project import Project

COMPONENTS = {
    "tf-cnn": ("--num-gpus", "1"),
    "tf-job": ("--image", "example.com/train:1"),
    "tf-serving": ("--model-path", "gs://models/x", "--num-gpus", "1"),
    "core": (),
}


@pytest.mark.slow
@pytest.mark.parametrize("prototype", COMPONENTS)
@pytest.mark.parametrize("renamed", [False, True])
def test_the_render_is_the_same_before_and_after(app: Project, prototype: str, renamed: bool) -> None:
    app.run("generate", prototype, "mine", *COMPONENTS[prototype]).ok()
    before = app.run("show", "dev", "-c", "mine", "--reveal-secrets").ok().out
    listed = app.run("param", "list", "mine", "-o", "json").ok().json["items"]
    app.run("component", "eject", "mine", *(["--prototype", "our-own"] if renamed else [])).ok()
    name = "our-own" if renamed else prototype
    after = app.run("show", "dev", "-c", "mine", "--reveal-secrets").ok().out
    assert after.replace(f"name: {name}\n", f"name: {prototype}\n") == before.replace(
        f"name: {name}\n", f"name: {prototype}\n"
    )
    again = app.run("param", "list", "mine", "-o", "json").ok().json["items"]
    assert [(item["name"], item["value"]) for item in again] == [
        (item["name"], item["value"]) for item in listed
    ]
    assert app.run("prototype", "describe", name).ok().out


def test_the_copy_holds_groups_and_fragments_of_its_own(app: Project) -> None:
    app.run("generate", "tf-cnn", "cnn").ok()
    outcome = app.run("component", "eject", "cnn", "--prototype", "our-cnn").ok()
    assert "prototypes/tf-job/our-cnn, which you can edit" in outcome.err
    names = [name for name in app.files() if name.startswith("prototypes/tf-job/our-cnn/")]
    below = {name.removeprefix("prototypes/tf-job/our-cnn/") for name in names}
    assert "prototype.yaml" in below
    assert "groups/accelerators.yaml" in below
    assert any(name.startswith("fragments/pod") for name in below)
    assert "prototype: our-cnn" in app.read("dlctl.yaml")


def test_the_copy_holds_groups_that_have_only_schemas_of_its_parameters(app: Project) -> None:
    app.run(
        "generate", "job-set", "set", "--image", "example.com/a:1", "--replicated-jobs", "[{name: a}]"
    ).ok()
    app.run("component", "eject", "set").ok()
    assert "prototypes/jobset/job-set/groups/pod_failure.yaml" in app.files()


def test_ejected_prototype_is_used_with_a_note(app: Project) -> None:
    app.run("generate", "tf-cnn", "cnn").ok()
    app.run("component", "eject", "cnn").ok()
    file = "prototypes/tf-job/tf-cnn/prototype.yaml"
    app.write({file: app.read(file).replace("summary: ", "summary: OURS ", 1)})
    outcome = app.run("show", "dev", "-c", "cnn").ok()
    assert "is used instead of the built-in prototype 'tf-cnn'" in outcome.err
    assert "OURS" in app.run("prototype", "describe", "tf-cnn").ok().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nope",), "component 'nope' not found"),
        (("web",), "already belongs to this app"),
        (("web", "--prototype", "Bad Name"), "is not a valid name for a prototype"),
        (("web", "--prototype", "page"), "already belongs to this app"),
        (
            ("web", "--prototype", "tf-serving"),
            "prototype 'tf-serving' already exists: builtin:tf-serving/tf-serv",
        ),
    ],
)
def test_refusals_write_nothing(app: Project, words: tuple[str, ...], message: str) -> None:
    before = app.files()
    outcome = app.run("component", "eject", *words)
    assert outcome.code == 1
    assert message in outcome.err
    assert app.files() == before


def test_an_own_prototype_is_copied_under_another_name(app: Project) -> None:
    file = "prototypes/pages/{}/prototype.yaml"
    app.write({file.format("page"): "name: page  # as its folder\n" + app.read(file.format("page"))})
    app.run("component", "eject", "web", "--prototype", "other").ok()
    assert "prototype: other" in app.read("dlctl.yaml")
    assert app.read(file.format("other")).startswith("name: other  # as its folder\n")
    app.run("show", "dev").ok()


def test_eject_refuses_the_name_of_another_prototype(app: Project) -> None:
    app.run("generate", "tf-cnn", "cnn").ok()
    before = app.files()
    outcome = app.run("component", "eject", "cnn", "--prototype", "page")
    assert outcome.code == 1
    assert "prototype 'page' already exists: prototypes/pages/page" in outcome.err
    assert app.files() == before


def test_group_with_only_rules_is_copied(app: Project) -> None:
    rule = "{require: params.replicas != 13, params: [replicas], message: no thirteen}"
    app.write(
        {
            "prototypes/pages/groups/luck.yaml": f"rules: [{rule}]\n",
            "prototypes/pages/page/prototype.yaml": "groups: [luck]\n"
            + app.read("prototypes/pages/page/prototype.yaml"),
        }
    )
    app.run("component", "eject", "web", "--prototype", "mine").ok()
    assert "luck" in "".join(app.files())
    assert app.read("prototypes/pages/mine/groups/luck.yaml") == f"rules: [{rule}]\n"
    app.run("param", "set", "--env", "dev", "web", "replicas", "13").ok()
    assert "no thirteen" in app.run("show", "dev").err
