"""`dlctl generate`: a prototype's parameters as options, written as ksonnet's users write them."""

from typing import Any

import pytest

from dlctl.yamlio.load import load_text
from tests.project import Project


def block(app: Project, component: str) -> dict[str, Any]:
    value = load_text(app.read("dlctl.yaml"), "dlctl.yaml").value["components"][component]
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize(
    "words",
    [
        ("page", "new", "--replicas", "4"),
        ("page", "new", "--replicas=4"),
        ("page", "new", "--num-replicas", "4"),
        ("page", "new", "--num_replicas=4"),
        ("page", "new", "--numReplicas", "4"),
        ("--replicas", "4", "page", "new"),
        ("page", "--replicas=4", "new"),
        ("pages/page", "new", "--replicas", "4"),
        ("--replicas=4", "--", "page", "new"),
    ],
)
def test_a_parameter_may_be_written_in_many_ways(app: Project, words: tuple[str, ...]) -> None:
    prototype = app.read("prototypes/pages/page/prototype.yaml").replace(
        "[numReplicas]", "[numReplicas, num_replicas]"
    )
    app.write({"prototypes/pages/page/prototype.yaml": prototype})
    app.run("generate", *words).ok()
    assert block(app, "new") == {"prototype": "page", "params": {"replicas": 4}}


def test_ksonnets_own_line(app: Project) -> None:
    """`ks generate tf-cnn cnn --name=cnn`, from Kubeflow's first announcement."""
    outcome = app.run("generate", "tf-cnn", "cnn", "--name=cnn").ok()
    assert block(app, "cnn") == {"prototype": "tf-cnn"}
    assert "added component cnn from prototype tf-cnn" in outcome.err
    assert outcome.out == ""


def test_name_and_namespace_are_stored_if_not_default(app: Project) -> None:
    app.run("generate", "page", "one", "--name", "base", "--namespace=apart").ok()
    assert block(app, "one") == {"prototype": "page", "name": "base", "namespace": "apart"}


def test_values_are_typed_by_the_schema(app: Project) -> None:
    app.run(
        "generate",
        "page",
        "new",
        "--title",
        "1e3",
        "--debug",
        "--ratio",
        "0.5",
        "--tags",
        "a,b",
        "--size",
        "null",
    ).ok()
    assert block(app, "new")["params"] == {
        "title": "1e3",
        "debug": True,
        "ratio": 0.5,
        "tags": ["a", "b"],
        "size": None,
    }


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--tags", "a", "--tags", "b"), {"tags": ["a", "b"]}),
        (("--tags", "a,b", "--tags=c"), {"tags": ["a", "b", "c"]}),
        (("--tags", "[a, 'b,c']"), {"tags": ["a", "b,c"]}),
        (("--tags", ""), {"tags": []}),
        (("--env-vars", "A=1", "--env-vars", "B=2,C="), {"env_vars": {"A": "1", "B": "2", "C": ""}}),
        (("--env-vars", "A=1", "--env-vars", "A=2"), {"env_vars": {"A": "2"}}),
        (("--token", "{fromEnv: A}", "--token", "{fromFile: b}"), {"token": {"fromFile": "b"}}),
        (("--env-vars.A=1", "--env-vars.B", "2"), {"env_vars": {"A": "1", "B": "2"}}),
        (("--env_vars", "{A: x}"), {"env_vars": {"A": "x"}}),
        (("--replicas", "1", "--replicas", "2"), {"replicas": 2}),
        (("--title=--starts-with-dashes",), {"title": "--starts-with-dashes"}),
        (("--title", "-one-dash"), {"title": "-one-dash"}),
        (("--title=",), {"title": ""}),
        (("--title=a=b",), {"title": "a=b"}),
        (("--title", "ünï 🚀"), {"title": "ünï 🚀"}),
        (("--no-such-flag-value", "x"), None),
        (("--debug", "false"), {"debug": False}),
        (("--debug=true",), {"debug": True}),
        (("--replicas", "1"), {"replicas": 1}),
    ],
)
def test_awkward_values(app: Project, words: tuple[str, ...], expected: dict[str, Any] | None) -> None:
    before = app.files()
    outcome = app.run("generate", "page", "new", *words)
    if expected is None:
        assert outcome.code == 2
        assert app.files() == before
    else:
        outcome.ok()
        assert block(app, "new")["params"] == expected


def test_a_dotted_key_escapes_its_own_dots(app: Project) -> None:
    app.run("generate", "page", "new", r"--env-vars.a\.b=1").ok()
    assert block(app, "new")["params"] == {"env_vars": {"a.b": "1"}}


def test_flag_does_not_consume_the_next_argument(app: Project) -> None:
    app.run("generate", "--debug", "page", "new").ok()
    assert block(app, "new")["params"] == {"debug": True}


def test_a_negative_number_is_a_value(app: Project) -> None:
    outcome = app.run("generate", "page", "new", "--replicas", "-1")
    assert outcome.code == 1
    assert "-1 is less than the minimum of 0" in outcome.err


def test_given_default_value_is_stored(app: Project) -> None:
    app.run("generate", "page", "new", "--replicas", "1").ok()
    assert block(app, "new")["params"] == {"replicas": 1}


def test_values_file_is_below_the_options(app: Project) -> None:
    app.write({"values.yaml": "title: from file\nnumReplicas: 3\n"})
    app.run("generate", "page", "new", "--values", "values.yaml", "--replicas", "5").ok()
    assert block(app, "new")["params"] == {"title": "from file", "replicas": 5}


def test_values_file_lists_are_replaced_by_options_and_maps_merged(app: Project) -> None:
    app.write({"values.yaml": "tags: [a]\nenv_vars: {A: '1'}\n"})
    app.run("generate", "page", "new", "--values=values.yaml", "--tags", "b", "--env-vars.B=2").ok()
    assert block(app, "new")["params"] == {"tags": ["b"], "env_vars": {"A": "1", "B": "2"}}


def test_values_file_is_found_from_the_working_folder(app: Project) -> None:
    app.write({"deep/values.yaml": "title: here\n"})
    app.run("generate", "page", "new", "--values", "values.yaml", cwd="deep").ok()
    assert block(app, "new")["params"] == {"title": "here"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("titel: x\n", "values.yaml:1:1: prototype 'page' has no parameter 'titel'"),
        ("- 1\n", "values.yaml:1:1: values file must be a mapping of parameters"),
        ("[]\n", "values.yaml:1:1: values file must be a mapping of parameters"),
        ("a: [\n", "values.yaml:2:1: invalid YAML"),
        ("replicas: many\n", "replicas"),
    ],
)
def test_a_wrong_values_file_names_its_place(app: Project, text: str, message: str) -> None:
    app.write({"values.yaml": text})
    before = app.files()
    outcome = app.run("generate", "page", "new", "--values", "values.yaml")
    assert outcome.code == 1
    assert message in outcome.err
    assert app.files() == before


def test_wrong_value_from_a_values_file_names_its_line(app: Project) -> None:
    app.write({"values.yaml": "title: x\nreplicas: many\n"})
    assert "values.yaml:2:11: " in app.run("generate", "page", "new", "--values", "values.yaml").err


def test_help_shows_every_parameter_with_type_default_and_text(app: Project) -> None:
    for words in (("page", "--help"), ("page", "-h"), ("page", "new", "--help"), ("--help", "page")):
        text = " ".join(app.run("generate", *words).ok().out.split())
        assert "--replicas How many pods. [integer, at least 0] [default: 1]" in text
        assert "--tags Words. [list of string]" in text
        assert "--env-vars" in text


def test_help_without_a_prototype(project: Project) -> None:
    text = project.run("generate", "--help").ok().out
    assert "Usage: dlctl generate PROTOTYPE COMPONENT" in text


@pytest.mark.parametrize(
    ("words", "code", "message", "hint"),
    [
        ((), 2, "'generate' needs PROTOTYPE and COMPONENT", "dlctl prototype list"),
        (("page",), 2, "no name given", "dlctl generate page COMPONENT"),
        (("pag", "x"), 1, "prototype 'pag' not found", "did you mean 'page'?"),
        (("other/page", "x"), 1, "prototype 'other/page' not found", "page"),
        (("page", "x", "--replcas", "1"), 2, "has no parameter 'replcas'", "did you mean '--replicas'?"),
        (("page", "x", "--zzz", "1"), 2, "has no parameter 'zzz'", "prototype describe page"),
        (("page", "x", "-r", "1"), 2, "unknown option: -r", "--name value"),
        (("page", "x", "y"), 2, "unexpected argument after PROTOTYPE and COMPONENT", "--name value"),
        (("page", "x", "--title"), 2, "--title needs a value", "--title=VALUE"),
        (("page", "x", "--title", "--debug"), 2, "--title needs a value", "--title=VALUE"),
        (("page", "x", "--replicas", "many"), 1, "must be an integer, at least 0", "How many pods."),
        (("page", "Bad Name"), 1, "'Bad Name' is not a valid name for a component", "lowercase"),
        (("page", "x", "--name", "UP"), 1, "'UP' is not a valid name for an object", "lowercase"),
        (("page", "x", "--namespace", "UP"), 1, "'UP' is not a valid name for a namespace", "lowercase"),
        (("page", "web"), 1, "dlctl.yaml:6:3: component 'web' already exists", "component rm web"),
    ],
)
def test_mistakes_are_refused_and_nothing_is_written(
    app: Project, words: tuple[str, ...], code: int, message: str, hint: str
) -> None:
    before = app.files()
    outcome = app.run("generate", *words)
    assert (outcome.code, outcome.out) == (code, "")
    assert message in outcome.err
    assert hint in outcome.err
    assert app.files() == before


def test_a_missing_required_parameter_is_a_warning_that_names_the_command(app: Project) -> None:
    outcome = app.run("generate", "tf-serving", "inception").ok()
    assert "dlctl param set inception model_path VALUE" in outcome.err
    assert app.run("show", "dev").code == 1


def test_broken_rules_are_a_warning(app: Project) -> None:
    warned = app.run("generate", "page", "many", "--debug", "--replicas", "9").ok()
    assert "warning: few pods" in warned.err
    outcome = app.run("show", "dev", "-c", "many")
    assert outcome.code == 1
    assert "few pods" in outcome.err
    assert "replicas = 9" in outcome.err


def test_the_rest_of_the_file_keeps_its_bytes(app: Project) -> None:
    app.run("param", "set", "web", "replicas", "3").ok()  # the first edit adds an id
    before = app.read("dlctl.yaml")
    app.run("generate", "page", "new", "--title", "x").ok()
    assert app.read("dlctl.yaml").startswith(before.rstrip("\n"))
    assert "web:   # the page" in app.read("dlctl.yaml")


def test_needs_an_app(project: Project) -> None:
    outcome = project.run("generate", "tf-cnn", "cnn")
    assert outcome.code == 1
    assert "no dlctl.yaml" in outcome.err
    assert "dlctl init" in outcome.err


@pytest.mark.parametrize("words", [("generate", "page", "new"), ("prototype", "preview", "page")])
def test_invalid_values_from_standard_input_have_location(app: Project, words: tuple[str, ...]) -> None:
    outcome = app.spawn(*words, "--values=-", input="title: [1]\n")
    assert outcome.returncode == 1
    assert "standard input:1:8: parameter 'title'" in outcome.stderr


def test_values_from_standard_input_are_stored(app: Project) -> None:
    assert app.spawn("generate", "page", "new", "--values", "-", input="title: told\n").returncode == 0
    assert block(app, "new")["params"] == {"title": "told"}


def test_a_file_without_a_name_is_refused(app: Project) -> None:
    outcome = app.run("generate", "page", "new", "--values", "")
    assert outcome.code == 2
    assert "--values needs a file" in outcome.err
