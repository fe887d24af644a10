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


BEST = {
    "llm": "llm-inference",
    "vllm": "vllm",
    "large language model": "llm-inference",
    "jax": "jax-job",
    "lws": "leader-worker-set",
    "lightgbm": "xgboost-job",
    "sweep": "batch-job",
    "hpa": "autoscaler",
    "rdma": "rdma-device-plugin",
    "TensorFlow serving": "tf-serving",
    "jupyter": "notebook",
}
AMONG = {
    "rdma": {"batch-job", "mpi-job"},  # by the group of the parameter
    "infiniband": {"batch-job", "mpi-job"},
    "pvc": {"batch-job", "dataset-nfs"},
    "volume": {"persistent-volume", "claim", "dataset-nfs"},
    "envFrom": {"batch-job", "dapr-service"},
    "env_from": {"batch-job", "dapr-service"},
    "env from": {"batch-job", "dapr-service"},
}


@pytest.mark.slow
def test_search_finds_what_people_type_and_the_best_ten_first(app: Project) -> None:
    """One app for all: the first search reads the library, the others find it stored."""

    def found(typed: str) -> list[str]:
        items = app.run("prototype", "search", typed, "-o", "json").ok().json["items"]
        return [each["name"] for each in items]

    assert {typed: found(typed)[0] for typed in BEST} == BEST
    for typed, some in AMONG.items():
        assert some <= set(found(typed)), typed
    assert len(found("pvc")) == 10
    assert "train-job" in found("fine-tune a model of Hugging Face")
    partly = app.run("prototype", "search", "kafka zzz").ok()
    assert "kafka-sink" in partly.out
    assert "no prototype has all the words of 'kafka zzz'; these have most of them" in partly.err


def test_search(app: Project) -> None:
    assert "tf-serving" in app.run("prototype", "search", "SERVING").ok().out
    assert "object-store-inference" not in app.run("prototype", "search", "mps").ok().out
    assert "nvidia-device-plugin" in app.run("prototype", "search", "mps").ok().out  # only in its parameters
    nothing = app.run("prototype", "search", "zzz").ok()
    assert nothing.out == ""
    assert "prototype list" in nothing.err
    assert "did you mean 'pytorch'?" in app.run("prototype", "search", "pytroch").ok().err


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
