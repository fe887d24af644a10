"""`dlctl prototype`: list, search, describe, preview."""

import re

import pytest

from dlctl.yamlio.load import load_all
from tests.project import Project


def test_list_has_the_apps_own_and_the_built_in_ones(app: Project) -> None:
    names = [line.split()[1] for line in app.run("prototype", "list").ok().out.splitlines()[1:]]
    assert {"page", "core", "tf-job", "tf-cnn", "tf-serving"} <= set(names)


def test_list_works_without_an_app(project: Project) -> None:
    assert "tf-cnn" in project.run("prototype", "list").ok().out


def test_list_with_a_prototypes_name_lists_its_parameters_as_ksonnet_does(app: Project) -> None:
    lines = app.run("prototype", "list", "page").ok().out.splitlines()
    assert lines[0].split() == ["PARAMETER", "TYPE", "DEFAULT", "DESCRIPTION"]
    assert lines[1].split() == ["replicas", "integer,", "at", "least", "0", "1", "How", "many", "pods."]


@pytest.mark.parametrize(
    ("typed", "best"),
    [
        ("llm", "kserve-inference"),
        ("jax", "train-job"),
        ("sweep", "batch-job"),
        ("hpa", "knative-service"),
        ("rdma", "rdma-device-plugin"),
        ("TensorFlow serving", "tf-serving"),
        ("jupyter", "notebook"),
    ],
)
def test_search_finds_what_people_type_and_the_best_first(app: Project, typed: str, best: str) -> None:
    found = app.run("prototype", "search", typed, "-o", "json").ok().json["items"]
    assert found[0]["name"] == best
    assert len(found) <= 10


@pytest.mark.parametrize("typed", ["rdma", "infiniband"])
def test_search_finds_the_jobs_that_take_a_shared_parameter(app: Project, typed: str) -> None:
    found = app.run("prototype", "search", typed, "-o", "json").ok().json["items"]
    assert {"pytorch-job", "mpi-job"} <= {each["name"] for each in found}


@pytest.mark.parametrize("typed", ["pvc", "volume"])
def test_search_finds_jobs_among_the_many_that_take_volumes(app: Project, typed: str) -> None:
    """More than ten prototypes do, and the best ten are shown."""
    found = app.run("prototype", "search", typed, "-o", "json").ok().json["items"]
    assert "batch-job" in {each["name"] for each in found}


@pytest.mark.parametrize("typed", ["envFrom", "env_from", "env from"])
def test_search_finds_parameters_in_any_spelling(app: Project, typed: str) -> None:
    found = app.run("prototype", "search", typed, "-o", "json").ok().json["items"]
    assert {"batch-job", "notebook"} <= {each["name"] for each in found}


def test_search(app: Project) -> None:
    assert "tf-serving" in app.run("prototype", "search", "SERVING").ok().out
    assert "object-store-inference" not in app.run("prototype", "search", "mps").ok().out
    assert "nvidia-device-plugin" in app.run("prototype", "search", "mps").ok().out  # only in its parameters
    nothing = app.run("prototype", "search", "zzz").ok()
    assert nothing.out == ""
    assert "prototype list" in nothing.err


def test_describe(app: Project) -> None:
    text = app.run("prototype", "describe", "page").ok().out
    assert "A web page" in text
    assert "replicas (also numReplicas)" in text


def test_describe_as_json(app: Project) -> None:
    document = app.run("prototype", "describe", "page", "-o", "json").ok().json
    assert (document["kind"], document["name"]) == ("Prototype", "page")
    assert document["params"][0]["schema"]["default"] == 1


def test_an_unknown_prototype_names_the_nearest(app: Project) -> None:
    outcome = app.run("prototype", "describe", "tf-cn")
    assert outcome.code == 1
    assert "did you mean 'tf-cnn'?" in outcome.err


def test_a_wrong_dir_is_an_error_even_where_no_app_is_needed(project: Project) -> None:
    outcome = project.run("--dir", "nowhere", "prototype", "list")
    assert outcome.code == 1
    assert "no dlctl.yaml in" in outcome.err


def test_preview_renders_without_an_app(project: Project) -> None:
    outcome = project.run(
        "prototype", "preview", "tf-serving", "--model-path", "gs://x", "--name", "inception"
    ).ok()
    objects = [document.value for document in load_all(outcome.out, "preview")]
    assert [(entry["kind"], entry["metadata"]["name"]) for entry in objects] == [
        ("Service", "inception"),
        ("Deployment", "inception"),
    ]
    assert all(entry["metadata"]["namespace"] == "default" for entry in objects)
    assert all(entry["metadata"]["labels"]["dlctl.dev/environment"] == "preview" for entry in objects)
    assert project.files() == {}


def test_preview_reads_words_as_generate_does(app: Project) -> None:
    app.write({"values.yaml": "title: file\nreplicas: 7\n"})
    outcome = app.run(
        "prototype", "preview", "--values", "values.yaml", "page", "--numReplicas=3", "--namespace", "apart"
    ).ok()
    config, deployment = (document.value for document in load_all(outcome.out, "preview"))
    assert config["data"]["title"] == "file"
    assert deployment["spec"]["replicas"] == 3
    assert deployment["metadata"]["namespace"] == "apart"


def test_preview_shows_what_a_component_with_these_parameters_shows(app: Project) -> None:
    app.run("generate", "tf-cnn", "tf-cnn", "--num-workers", "3").ok()
    shown = app.run("show", "dev", "-c", "tf-cnn").ok().out
    preview = app.run("prototype", "preview", "tf-cnn", "--num-workers", "3").ok().out
    shown = re.sub(r"  annotations:\n    dlctl.dev/app-id: .*\n", "", shown)
    names = [("small", "preview"), ("dev-space", "default"), ("environment: dev", "environment: preview")]
    for own, imaginary in names:
        shown = shown.replace(own, imaginary)
    assert preview == shown


def test_preview_help(app: Project) -> None:
    text = app.run("prototype", "preview", "page", "--help").ok().out
    assert "Usage: dlctl prototype preview page" in text
    assert "--replicas" in text


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ((), 2, "'prototype preview' needs PROTOTYPE"),
        (("pag",), 1, "did you mean 'page'?"),
        (("page", "name"), 2, "unexpected argument after PROTOTYPE"),
        (("page", "--replcas", "1"), 2, "did you mean '--replicas'?"),
        (("page", "--replicas", "x"), 1, "'replicas' must be an integer"),
        (("tf-serving",), 1, "pass --model-path VALUE"),
        (("page", "--name", "Bad Name"), 1, "is not a valid name for an object"),
        (("page", "--debug", "--replicas", "9"), 1, "few pods"),
    ],
)
def test_preview_mistakes(app: Project, words: tuple[str, ...], code: int, message: str) -> None:
    outcome = app.run("prototype", "preview", *words)
    assert (outcome.code, outcome.out) == (code, "")
    assert message in outcome.err
