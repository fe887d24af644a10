"""`dlctl param unset`, `list`, `explain`, `diff`."""

import json

import pytest

from tests.project import Project


def test_unset_restores_the_lower_layer(app: Project) -> None:
    app.run("param", "unset", "--env", "dev", "web", "replicas").ok()
    assert app.read("environments/dev/params.yaml").strip() in ("", "{}", "components: {}", "components:")
    assert (
        "web replicas in environment dev: 2"
        in app.run("param", "explain", "web", "replicas", "-e", "dev").out
    )


def test_unset_env_wide_and_by_alias(app: Project) -> None:
    app.run("param", "set", "--env", "dev", "title=x", "replicas=9").ok()
    app.run("param", "unset", "--env", "dev", "numReplicas").ok()
    assert "title: x" in app.read("environments/dev/params.yaml")
    assert "replicas: 9" not in app.read("environments/dev/params.yaml")


def test_unset_a_key_of_a_mapping(app: Project) -> None:
    app.run("param", "set", "web", "env_vars.A=1", "env_vars.B=2").ok()
    app.run("param", "unset", "web", "env_vars.A").ok()
    assert "A:" not in app.read("dlctl.yaml")
    assert "B:" in app.read("dlctl.yaml")


def test_unset_several_are_all_or_nothing(app: Project) -> None:
    app.run("param", "set", "web", "title=x").ok()
    before = app.files()
    outcome = app.run("param", "unset", "web", "title", "nope")
    assert outcome.code == 1
    assert app.files() == before
    app.run("param", "unset", "web", "title", "replicas").ok()
    assert "title" not in app.read("dlctl.yaml")


def test_a_wrong_name_in_the_file_can_be_unset(app: Project) -> None:
    app.write({"environments/dev/params.yaml": "components:\n  web: {titel: x, replicas: 3}\n"})
    app.run("param", "unset", "--env", "dev", "web", "titel").ok()
    assert app.read("environments/dev/params.yaml") == "components:\n  web: {replicas: 3}\n"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("web", "title"), 1, "'title' is not set for web"),
        (("web", "nope"), 1, "no parameter 'nope'"),
        (("nope", "title"), 1, "component 'nope' not found"),
        (("web", "replicas", "--env", "nope"), 1, "environment 'nope' not found"),
        (("web",), 2, "COMPONENT NAME"),
        ((), 2, "Missing argument"),
    ],
)
def test_unset_mistakes(app: Project, words: tuple[str, ...], code: int, message: str) -> None:
    before = app.files()
    outcome = app.run("param", "unset", *words)
    assert outcome.code == code
    assert message in outcome.err
    assert app.files() == before


def test_explain_shows_value_origin_and_overridden_values(app: Project) -> None:
    app.write({"environments/dev/params.yaml": "params: {replicas: 4}\ncomponents:\n  web: {replicas: 3}\n"})
    assert app.run("param", "explain", "web", "replicas", "--env", "dev").ok().out == (
        "web replicas in environment dev: 3\n"
        "  from environment dev, component web (environments/dev/params.yaml:3:19)\n"
        "  over 4, from environment dev (environments/dev/params.yaml:1:20)\n"
        "  over 2, from component web (dlctl.yaml:9:17)\n"
        "  over 1, from default of prototype page (prototypes/pages/page/prototype.yaml:4:3)\n"
        "  integer, at least 0\n"
        "  How many pods.\n"
    )


def test_explain_as_json(app: Project) -> None:
    document = app.run("param", "explain", "web", "numReplicas", "--env", "dev", "-o", "json").ok().json
    assert (document["apiVersion"], document["kind"]) == ("dlctl.dev/v1", "Parameter")
    assert (document["component"], document["environment"], document["name"]) == ("web", "dev", "replicas")
    assert document["value"] == 3
    location = {"path": "environments/dev/params.yaml", "line": 2, "column": 19}
    assert document["origin"] == {"layer": "environment dev, component web", "location": location}
    assert [entry["value"] for entry in document["shadowed"]] == [2, 1]


def test_explain_without_environment_is_the_base(app: Project) -> None:
    assert app.run("param", "explain", "web", "replicas").ok().out.startswith("web replicas: 2\n")


def test_explain_of_a_parameter_without_value(app: Project) -> None:
    assert "web tags: (no value)" in app.run("param", "explain", "web", "tags").ok().out


def test_explain_of_a_removed_value_shows_overridden_values(app: Project) -> None:
    app.write({"environments/dev/params.yaml": "components:\n  web: {title: null}\n"})
    text = app.run("param", "explain", "web", "title", "--env", "dev").ok().out
    assert "web title in environment dev: (no value)" in text
    assert "over Hello, from default" in text


def test_explain_a_key_inside_a_mapping(app: Project) -> None:
    app.run("param", "set", "web", "env_vars.A", "1").ok()
    assert "env_vars" in app.run("param", "explain", "web", "env_vars.A").ok().out


def test_list_shows_what_is_set_and_where_it_is_from(app: Project) -> None:
    rows = [line.split() for line in app.run("param", "list", "web", "--env", "dev").ok().out.splitlines()]
    assert rows[0] == ["COMPONENT", "PARAMETER", "VALUE", "FROM"]
    assert ["web", "replicas", "3", "environments/dev/params.yaml:2:19"] in rows
    assert ["web", "title", "Hello", "default"] not in rows, "it is not set"
    everything = app.run("param", "list", "web", "--env", "dev", "--all").ok()
    assert ["web", "title", "Hello", "default"] in [line.split() for line in everything.out.splitlines()]
    assert "default" not in everything.err


def test_list_counts_what_has_its_default(app: Project) -> None:
    assert app.run("param", "list", "web").ok().err == "7 parameters are not set; --all lists them, too\n"
    app.run("param", "unset", "web", "replicas").ok()
    unset = app.run("param", "list", "web").ok()
    assert (unset.out, unset.err.splitlines()[0]) == ("", "nothing is set")


def test_list_as_json(app: Project) -> None:
    document = app.run("param", "list", "-o", "json").ok().json
    assert document["kind"] == "ParameterList"
    assert {item["name"] for item in document["items"]} >= {"replicas", "title"}


def test_secrets_are_never_shown(app: Project) -> None:
    app.run("param", "set", "web", "token", "hunter2").ok()
    app.run("param", "set", "--env", "prod", "web", "token", "hunter3").ok()
    for words in (
        ("list",),
        ("list", "-o", "json"),
        ("list", "web", "--env", "prod"),
        ("explain", "web", "token", "--env", "prod"),
        ("explain", "web", "token", "--env", "prod", "-o", "json"),
        ("diff", "dev", "prod"),
        ("diff", "dev", "prod", "-o", "json"),
    ):
        outcome = app.run("param", *words)
        assert outcome.code in (0, 1)
        assert "hunter" not in outcome.out + outcome.err
    assert "(hidden)" in app.run("param", "explain", "web", "token").ok().out


def test_a_secret_default_is_not_shown_either(app: Project) -> None:
    app.write(
        {
            "prototypes/pages/sec/prototype.yaml": "summary: x\n"
            "params: {pin: {type: string, writeOnly: true, default: hunter2, examples: [hunter3]}}\n",
            "prototypes/pages/sec/templates/n.yaml.j2": "",
        }
    )
    app.run("generate", "sec", "s").ok()
    for words in (
        ("list", "s", "-o", "json"),
        ("explain", "s", "pin"),
        ("explain", "s", "pin", "-o", "json"),
    ):
        assert "hunter2" not in app.run("param", *words).ok().out


def test_diff_lists_what_differs_and_exits_1(app: Project) -> None:
    outcome = app.run("param", "diff", "dev", "prod")
    assert outcome.code == 1
    rows = [line.split() for line in outcome.out.splitlines()]
    assert rows == [
        ["COMPONENT", "PARAMETER", "dev", "prod"],
        ["web", "replicas", "3", "2"],
        ["web", "title", "Hello", "Production"],
    ]


def test_diff_of_equals_exits_0(app: Project) -> None:
    outcome = app.run("param", "diff", "dev", "dev").ok()
    assert outcome.out == ""
    assert "no differences" in outcome.err


def test_diff_as_json_has_both_origins(app: Project) -> None:
    document = app.run("param", "diff", "dev", "prod", "-o", "json").json
    assert (document["left"], document["right"]) == ("dev", "prod")
    first = document["items"][0]
    assert (first["left"]["value"], first["right"]["value"]) == (3, 2)
    assert first["right"]["origin"]["location"]["path"] == "dlctl.yaml"


def test_diff_of_one_component_and_of_a_disabled_one(app: Project) -> None:
    app.run("generate", "page", "other", "--title", "x").ok()
    app.write({"environments/prod/environment.yaml": "context: prod\ndisabled: [other]\n"})
    outcome = app.run("param", "diff", "dev", "prod")
    rows = [line.split() for line in outcome.out.splitlines()]
    assert [row for row in rows if row[0] == "other"] == [["other", "not", "in", "prod"]]
    both = app.run("env", "diff", "prod", "dev")
    assert [line.split() for line in both.out.splitlines() if line.startswith("other")] == [
        ["other", "not", "in", "prod"]
    ]
    assert "other" not in app.run("param", "diff", "dev", "prod", "-c", "web").out


@pytest.mark.parametrize("words", [("dev",), ()])
def test_diff_needs_two_environments(app: Project, words: tuple[str, ...]) -> None:
    assert app.run("param", "diff", *words).code == 2


def test_diff_with_an_unknown_environment(app: Project) -> None:
    outcome = app.run("param", "diff", "dev", "prd")
    assert outcome.code > 1 or "did you mean 'prod'?" in outcome.err


def test_parameters_of_a_disabled_component(app: Project) -> None:
    app.write({"environments/prod/environment.yaml": "context: prod\ndisabled: [web]\n"})
    outcome = app.run("param", "list", "web", "--env", "prod")
    assert outcome.code == 1
    assert "disabled in environment 'prod'" in outcome.err


@pytest.mark.parametrize("name", ["", "wbe"])
def test_explain_of_an_unknown_component(app: Project, name: str) -> None:
    outcome = app.run("param", "explain", name, "title")
    assert outcome.code == 1
    assert f"component '{name}' not found" in outcome.err


def test_explain_of_a_value_inside_a_mapping(app: Project) -> None:
    app.run("param", "set", "web", "env_vars", "{A: a, B.C: b, GONE: x}").ok()
    app.run("param", "set", "--env", "dev", "env_vars", "{A: everywhere}").ok()
    app.run("param", "set", "--env", "dev", "web", "env_vars.D", "d").ok()
    app.run("param", "set", "--env", "dev", "--json", "web", "env_vars.GONE", "null").ok()
    assert app.run("param", "explain", "web", "env_vars.A", "--env", "dev").ok().out.splitlines() == [
        "web env_vars.A in environment dev: everywhere",
        "  from environment dev (environments/dev/params.yaml:5:5)",
        "  over a, from component web (dlctl.yaml:12:9)",
        "  string",
        "  Variables.",
    ]
    reported = app.run("param", "explain", "web", r"env_vars.B\.C", "--env", "dev", "-o", "json").ok().json
    assert (reported["name"], reported["value"], reported["shadowed"]) == (r"env_vars.B\.C", "b", [])
    assert reported["origin"]["layer"] == "component web"
    gone = app.run("param", "explain", "web", "env_vars.GONE", "--env", "dev").ok().out
    assert gone.startswith("web env_vars.GONE in environment dev: (no value)\n  from environment dev, comp")
    outcome = app.run("param", "explain", "web", "env_vars.NOPE")
    assert outcome.code == 1
    assert "'env_vars.NOPE' is not set for web" in outcome.err


@pytest.mark.parametrize(
    "text", ["\x1b[31mred", "a\x9b31m", "\u202eabc", "a\rb", "a\x7fb", " lead", "", "a\tb"]
)
def test_values_contain_no_terminal_control_characters(app: Project, text: str) -> None:
    app.run("param", "set", "web", "title", text).ok()
    app.run("param", "set", "--json", "web", "env_vars", json.dumps({text: text})).ok()
    for words in (
        "param list",
        "param list -o json",
        "param explain web title",
        "param diff dev prod -o json",
    ):
        out = app.run(*words.split()).out
        assert all(character.isprintable() or character == "\n" for character in out)
    assert app.run("param", "list", "-o", "json").json["items"][1]["value"] == text


def test_errors_contain_no_terminal_control_characters(app: Project) -> None:
    app.run("param", "set", "web", "title", "x").ok()
    for words in (
        ("param", "set", "web", "replicas", "\x1b[31m"),
        ("show", "\x1b[31m"),
        ("generate", "page", "two", "--values", "\x1b[31m"),
        ("component", "rm", "\x1b[31m", "--yes"),
        ("param", "set", "web", "debug=true", "replicas=9", "title=\x1b[31m"),
    ):
        assert "\x1b" not in app.run(*words).err
