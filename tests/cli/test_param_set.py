"""`dlctl param set`: text typed by the schema, stored by an edit that leaves all else alone."""

import json
from typing import Any

import pytest

from dlctl.yamlio.load import load_text
from tests.project import Project


def stored(app: Project, file: str = "dlctl.yaml", *path: str) -> Any:
    value = load_text(app.read(file), file).value
    for step in path or ("components", "web", "params"):
        value = value[step]
    return value


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("replicas", "1", 1),
        ("replicas", "0", 0),
        ("replicas", "1e1", 10),
        ("replicas", "1.0", 1),
        ("ratio", "0.25", 0.25),
        ("ratio", "1", 1),
        ("debug", "true", True),
        ("debug", "false", False),
        *[
            ("title", text, text)
            for text in (
                *(
                    "1",
                    "on",
                    "1e3",
                    "0123",
                    "2026-01-01",
                    "null",
                    "true",
                    "~",
                    "",
                    " ",
                    "a: b",
                    "# c",
                    "'",
                    '"',
                ),
                *(
                    "1:30",
                    "0o7",
                    "=",
                    "<<",
                    "- x",
                    "{a: 1}",
                    "[1]",
                    "*a",
                    "&a",
                    "!!int 3",
                    "a\nb",
                    "ünï 🚀",
                    "\t",
                ),
                *(
                    "%",
                    "@",
                    "`",
                    "x" * 5000,
                    "no",
                    "a\r\nb",
                    "\u2028",
                    "\ufeff",
                    "---",
                    "...",
                    "0x1F",
                    ".5",
                    "+1",
                ),
            )
        ],
        ("tags", "a,b", ["a", "b"]),
        ("tags", "[a, b]", ["a", "b"]),
        ("tags", "a", ["a"]),
        ("tags", "", []),
        ("tags", '["1", "true"]', ["1", "true"]),
        ("tags", "[1.10, on, true, 1e3, 0123]", ["1.10", "on", "true", "1e3", "0123"]),
        ("env_vars", "{A: 1.10, B: true, 1: x}", {"A": "1.10", "B": "true", "1": "x"}),
        ("env_vars", "{A: x}", {"A": "x"}),
        ("env_vars", '{"A": "x"}', {"A": "x"}),
        ("env_vars", "NCCL_DEBUG=INFO", {"NCCL_DEBUG": "INFO"}),
        ("env_vars", "A=1.10,B=,C=a=b", {"A": "1.10", "B": "", "C": "a=b"}),
        ("size", "null", None),
        ("size", "big", "big"),
        ("token", "s3cret", "s3cret"),
    ],
)
def test_typed_by_the_schema(app: Project, name: str, text: str, expected: Any) -> None:
    app.run("param", "set", "web", f"{name}={text}").ok()
    found = stored(app)[name]
    assert (type(found), found) == (type(expected), expected)


@pytest.mark.parametrize("value", ["0400", "010", "-017"])
@pytest.mark.parametrize("form", ["{}", "[{}]"])
def test_a_number_with_a_leading_zero_is_refused(app: Project, form: str, value: str) -> None:
    """Octal for kubectl, decimal for YAML 1.2 and for who wrote `seq -w`."""
    before = app.read("dlctl.yaml")
    outcome = app.run("param", "set", "web", "replicas", form.format(value))
    assert outcome.code == 1
    assert (
        form != "{}" or "a number with a leading zero is octal for kubectl: write octal as 0o" in outcome.err
    )
    assert app.read("dlctl.yaml") == before


def test_numbers_in_files_are_those_that_kubectl_reads(app: Project) -> None:
    app.write({"values.yaml": "replicas: 010\n", "no.yaml": "replicas: 1_0\n"})
    app.run("generate", "page", "octal", "--values", "values.yaml").ok()
    assert "replicas: 8" in app.run("show", "dev", "-c", "octal").ok().out
    refused = app.run("generate", "page", "no", "--values", "no.yaml")
    assert "no.yaml:1:11" in refused.err
    assert "write the number in decimal digits, or the string in quotes" in refused.err


def test_ksonnet_form_with_three_arguments(app: Project) -> None:
    outcome = app.run("param", "set", "web", "replicas", "7").ok()
    assert stored(app)["replicas"] == 7
    assert outcome.err.splitlines() == [
        "note: dlctl.yaml has an id now, so that another app of this name is not taken for this one",
        "changed dlctl.yaml",
    ]
    assert app.run("param", "set", "web", "replicas", "8").ok().err == "changed dlctl.yaml\n"
    assert outcome.out == ""


@pytest.mark.parametrize("before", [True, False])
def test_env_may_stand_before_or_after(app: Project, before: bool) -> None:
    words = ("web", "replicas", "7")
    app.run("param", "set", *(("--env=dev", *words) if before else (*words, "--env", "dev"))).ok()
    assert app.read("environments/dev/params.yaml") == "components:\n  web: {replicas: 7}\n"
    assert stored(app)["replicas"] == 2


def test_several_at_once(app: Project) -> None:
    app.run("param", "set", "web", "replicas=4", "title=a=b", "env_vars.A=1").ok()
    assert stored(app) == {"replicas": 4, "title": "a=b", "env_vars": {"A": "1"}}


def test_several_at_once_are_all_or_nothing(app: Project) -> None:
    before = app.files()
    assert app.run("param", "set", "web", "replicas=4", "titel=x").code == 1
    assert app.files() == before


def test_env_wide(app: Project) -> None:
    app.run("param", "set", "--env", "dev", "title", "Everywhere").ok()
    assert stored(app, "environments/dev/params.yaml", "params") == {"title": "Everywhere"}
    app.run("param", "set", "--env", "dev", "title=Again", "replicas=9").ok()
    assert stored(app, "environments/dev/params.yaml", "params") == {"title": "Again", "replicas": 9}


def test_environment_wide_value_must_be_valid_for_every_prototype(app: Project) -> None:
    narrow = "summary: x\nparams: {title: {type: string, maxLength: 3}}\n"
    app.write(
        {
            "prototypes/pages/narrow/prototype.yaml": narrow,
            "prototypes/pages/narrow/templates/n.yaml.j2": "",
        }
    )
    app.run("generate", "narrow", "small").ok()
    before = app.files()
    outcome = app.run("param", "set", "--env", "dev", "title", "too long")
    assert outcome.code == 1
    assert "component small" in outcome.err
    assert app.files() == before
    app.run("param", "set", "--env", "dev", "title", "ok").ok()


def test_an_environment_without_params_file_gets_one(app: Project) -> None:
    (app.root / "environments/dev/params.yaml").unlink()
    assert (
        "wrote environments/dev/params.yaml"
        in app.run("param", "set", "-e", "dev", "web", "replicas", "1").err
    )
    assert stored(app, "environments/dev/params.yaml", "components", "web") == {"replicas": 1}


def test_dots_refer_to_mapping_keys_unless_escaped(app: Project) -> None:
    app.run("param", "set", "web", "env_vars.A", "1").ok()
    app.run("param", "set", "web", r"env_vars.a\.b", "2").ok()
    assert stored(app)["env_vars"] == {"A": "1", "a.b": "2"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--json", "title", '"1"'), "1"),
        (("--json", "title", '"a\\nb"'), "a\nb"),
        (("--string", "title", "1"), "1"),
        (("--as-string", "title", "true"), "true"),
    ],
)
def test_force(app: Project, words: tuple[str, ...], expected: str) -> None:
    app.run("param", "set", words[0], "web", *words[1:]).ok()
    assert stored(app)["title"] == expected


def test_a_text_null_is_noted(app: Project) -> None:
    """In YAML and in Helm null removes a value; a parameter that is a text takes any."""
    assert (
        "title is now the string 'null'; with --json, null"
        in app.run("param", "set", "web", "title=null").ok().err
    )
    assert stored(app)["title"] == "null"
    assert "is the text" not in app.run("param", "set", "web", "size=null").ok().err
    assert "is the text" not in app.run("param", "set", "web", "--string", "title=null").ok().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--json", "web", "title", "1"), "'title' (component web): must be a string, found 1"),
        (("--json", "web", "title", "text"), "is not JSON"),
        (("--json", "web", "ratio", "NaN"), "is not JSON"),
        (("--string", "web", "replicas", "1"), "'replicas' (component web)"),
        (("web", "replicas", "-1"), "-1 is less than the minimum of 0"),
        (("web", "replicas", "1.5"), "must be an integer"),
        (("web", "replicas", "null"), "param unset"),
        (("web", "replicas", ""), "must be an integer"),
        (("web", "debug", "yes"), "must be a boolean"),
        (("web", "ratio", "2"), "greater than the maximum"),
        (("web", "ratio", "nan"), "must be a number"),
        (("web", "ratio", ".inf"), "ratio"),
        (("web", "env_vars", "x"), "write KEY=VALUE, or '{KEY: VALUE}'"),
        (
            ("web", "env_vars", "A=1,2"),
            "write KEY=VALUE,KEY=VALUE, or '{KEY: VALUE}' where a value has commas",
        ),
        (("web", "env_vars", "A=1,A=2"), "must be an object"),
        (("web", "env_vars", "{A: [1]}"), "env_vars"),
        (("web", "env_vars", "{A: "), "not a list or mapping"),
        (("web", "tags", "[[1]]"), "tags"),
        (("web", "titel", "x"), "did you mean 'title'?"),
        (("web", "title.x", "y"), "title"),
        (("wbe", "title", "x"), "did you mean 'web'?"),
        (("web", "title", "x", "--env", "dve"), "did you mean 'dev'?"),
        (("--env", "dev", "titel", "x"), "did you mean 'title'?"),
        (("--env", "dev", "web", "title"), "to set a parameter of component 'web'"),
    ],
)
def test_wrong_names_and_values_fail_at_once(app: Project, words: tuple[str, ...], message: str) -> None:
    before = app.files()
    outcome = app.run("param", "set", *words)
    assert (outcome.code, outcome.out) == (1, "")
    assert message in outcome.err
    assert app.files() == before


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("web",),
        ("web", "title"),
        ("web", "title", "x", "y"),
        ("title=x",),
        ("--json", "--string", "web", "title", "x"),
        ("web", "title", "--dashes"),
    ],
)
def test_usage_mistakes_exit_2(app: Project, words: tuple[str, ...]) -> None:
    before = app.files()
    outcome = app.run("param", "set", *words)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err
    assert app.files() == before


def test_comments_quotes_order_and_unindented_lists_stay(app: Project) -> None:
    text = (
        "# head\r\n"
        "apiVersion: dlctl.dev/v1   # version\r\n"
        "kind: App\r\n"
        "name: 'small'\r\n"
        "id: 6a1f2f0e-4f0b-4f65-9d3c-0d8f0a1c2b3d\r\n"
        "\r\n"
        "components:\r\n"
        "  web:   # the page\r\n"
        '    prototype: "page"\r\n'
        "    params:\r\n"
        "      # a list\r\n"
        "      tags:\r\n"
        "      - a   # first\r\n"
        "      - 'b'\r\n"
        "\r\n"
        "      replicas: 2 # two\r\n"
        '      title: "T"\r\n'
        "# tail\r\n"
    )
    app.write({"dlctl.yaml": text})
    app.run("param", "set", "web", "replicas", "3").ok()
    assert app.read("dlctl.yaml") == text.replace("replicas: 2 # two", "replicas: 3 # two")


def test_the_files_own_spelling_of_an_alias_is_kept(app: Project) -> None:
    app.write({"environments/dev/params.yaml": "components:\n  web: {numReplicas: 3}\n"})
    app.run("param", "set", "--env", "dev", "web", "replicas", "4").ok()
    assert app.read("environments/dev/params.yaml") == "components:\n  web: {numReplicas: 4}\n"


def test_equal_value_reports_unchanged(app: Project) -> None:
    before = app.files()
    outcome = app.run("param", "set", "web", "replicas", "2").ok()
    assert "unchanged" in outcome.err
    assert app.files() == before


def test_a_broken_rule_is_a_warning(app: Project) -> None:
    outcome = app.run("param", "set", "web", "debug=true", "replicas=9").ok()
    assert "warning: few pods" in outcome.err
    outcome = app.run("param", "set", "--env", "dev", "web", "replicas", "6").ok()
    assert "environment dev" in outcome.err


def test_a_value_is_checked_in_what_it_is_merged_into(app: Project) -> None:
    closed = (
        "summary: x\nparams: {box: {type: object, maxProperties: 1, additionalProperties: {type: integer}}}\n"
    )
    app.write(
        {
            "prototypes/pages/boxed/prototype.yaml": closed,
            "prototypes/pages/boxed/templates/n.yaml.j2": "",
        }
    )
    app.run("generate", "boxed", "b", "--box.a=1").ok()
    outcome = app.run("param", "set", "--env", "dev", "b", "box.b", "2")
    assert outcome.code == 1
    assert "box" in outcome.err


def test_secret_values_are_not_in_messages(app: Project) -> None:
    token = "summary: x\nparams: {pin: {type: integer, writeOnly: true, maximum: 9}}\n"
    app.write({"prototypes/pages/sec/prototype.yaml": token, "prototypes/pages/sec/templates/n.yaml.j2": ""})
    app.run("generate", "sec", "s").ok()
    for words in (("pin", "hunter2"), ("pin", "987654"), ("--json", "pin", "hunter2")):
        outcome = app.run("param", "set", "s", *words)
        assert outcome.code == 1
        assert "hunter2" not in outcome.err
        assert "987654" not in outcome.err


def test_a_value_that_json_has_and_yaml_would_change(app: Project) -> None:
    awkward = {"a": ["no", None, 1.5, "0o7", {"b": ""}], "": "empty", "y": True}
    free = "summary: x\nparams: {any: {}}\n"
    app.write({"prototypes/pages/free/prototype.yaml": free, "prototypes/pages/free/templates/n.yaml.j2": ""})
    app.run("generate", "free", "f").ok()
    app.run("param", "set", "--json", "f", "any", json.dumps(awkward)).ok()
    assert stored(app, "dlctl.yaml", "components", "f", "params", "any") == awkward


@pytest.mark.parametrize(
    "words",
    [
        ("param", "set", "web", "title", "a\udcff"),
        ("param", "set", "--string", "web", "title", "a\udcff"),
        ("param", "set", "--json", "web", "title", '"\\ud800"'),
        ("param", "set", "--json", "web", "ratio", "1e999"),
        ("param", "set", "--json", "web", "env_vars", "[" * 100_000),
        ("generate", "page", "two", "--title", "a\udcff"),
        ("show", "dev", "--set", "title=a\udcff"),
    ],
)
def test_values_that_yaml_cannot_store_are_refused(app: Project, words: tuple[str, ...]) -> None:
    before = app.files()
    outcome = app.run(*words)
    assert outcome.code == 1
    assert "'title'" in outcome.err or "'ratio'" in outcome.err or "'env_vars'" in outcome.err
    assert app.files() == before


def test_a_long_hexadecimal_number_elsewhere_is_an_error_with_its_place(app: Project) -> None:
    app.write({"dlctl.yaml": app.read("dlctl.yaml") + "      size: 0x" + "f" * 6000 + "\n"})
    outcome = app.run("param", "set", "web", "title", "x")
    assert outcome.code == 1
    assert outcome.err.startswith("Error: dlctl.yaml:10:13: number has more than 4000 digits")


def test_hyphens_stand_for_underscores_as_in_options(app: Project) -> None:
    """`generate --git-url` and `param set NAME git-url` name one parameter; files have its own name."""
    app.run("generate", "image-build", "img", "--image", "i:1", "--git-url", "https://h/a").ok()
    app.run("param", "set", "img", "git-url", "https://h/b").ok()
    assert stored(app, "dlctl.yaml", "components", "img", "params")["git_url"] == "https://h/b"
    app.run("param", "set", "--env", "dev", "git-url=https://h/c").ok()
    assert stored(app, "environments/dev/params.yaml", "params") == {"git_url": "https://h/c"}
    assert app.run("param", "explain", "img", "git-url", "-o", "json").json["name"] == "git_url"
    assert "https://h/d" in app.run("show", "dev", "-c", "img", "--set", "img.git-url=https://h/d").ok().out
    app.run("param", "unset", "--env", "dev", "git-url").ok()
    wrong = app.run("param", "set", "img", "git-ulr", "x")
    assert (wrong.code, "did you mean 'git_url'?" in wrong.err) == (1, True)
