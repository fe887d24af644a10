"""Values of `writeOnly` parameters: in no output and no error, whatever they are and wherever they go."""

import base64
import re
from pathlib import Path

import pytest

from tests.project import Project

CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ component.name }}}\n"
PARAMS = {
    "word": "hunter2hunter2",
    "short": "abc",
    "number": "48151623",
    "fraction": "3.14159",
    "map": "{user: swordfish-1}",
    "list": "[swordfish-2]",
    "nested": "{inner: swordfish-3, other: swordfish-4}",
    "choice": "swordfish-5",
}
PROTOTYPE = """\
summary: Secrets
params:
  word: {type: string, writeOnly: true}
  short: {type: string, writeOnly: true}
  number: {type: integer, writeOnly: true}
  fraction: {type: number, writeOnly: true}
  map: {type: object, writeOnly: true, additionalProperties: {type: string, maxLength: 30}}
  list: {type: array, writeOnly: true, items: {type: string, maxLength: 30}}
  nested: {type: object, properties: {inner: {type: string, writeOnly: true}}}
  choice: {type: string, writeOnly: true, enum: [swordfish-5, swordfish-6]}
  standard: {type: string, writeOnly: true, default: swordfish-7}
"""
TEMPLATE = CONFIG_MAP + "data: {{ params }}\n"
SECRETS = ("hunter2", "'abc'", ": abc", "48151623", "3.14159", "swordfish")
OUTPUTS = [
    "show dev",
    "show dev -o json",
    "param list",
    "param list -o json",
    "param list sec --env dev -o json",
    *(f"param explain sec {name}" for name in (*PARAMS, "standard")),
    *(f"param explain sec {name} -o json" for name in (*PARAMS, "standard")),
    "param diff dev prod",
    "param diff dev prod -o json",
    "env diff dev prod",
    "env diff dev prod -o json",
    "prototype list sec",
    "prototype list sec -o json",
    "prototype describe sec",
    "prototype describe sec -o json",
    "prototype describe sec -o markdown",
    "prototype preview sec --help",
    "generate sec --help",
]


def write(app: Project, template: str = TEMPLATE, patches: str = "[]") -> None:
    params = "".join(f"      {name}: {value}\n" for name, value in PARAMS.items())
    app.write(
        {
            "dlctl.yaml": "apiVersion: dlctl.dev/v1\nkind: App\nname: small\ncomponents:\n  sec:\n"
            f"    prototype: sec\n    patches: {patches}\n    params:\n{params}",
            "environments/dev/params.yaml": "components: {sec: {number: 481516230}}\n",
            "environments/prod/params.yaml": "components: {sec: {map: {user: swordfish-8}}}\n",
            "prototypes/pages/sec/prototype.yaml": PROTOTYPE,
            "prototypes/pages/sec/templates/sec.yaml.j2": template,
        }
    )


def shown(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("words", OUTPUTS)
def test_no_output_contains_a_secret(app: Project, words: str) -> None:
    write(app)
    outcome = app.run(*words.split())
    assert outcome.code in (0, 1)
    assert outcome.out
    assert shown(outcome.out + outcome.err) == []


def test_reveal_secrets_shows_all(app: Project) -> None:
    write(app)
    assert shown(app.run("show", "dev", "--reveal-secrets").ok().out) == [
        secret for secret in SECRETS if secret != "'abc'"
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("number", "hunter2"),
        ("fraction", "48151623e999"),
        ("map", "hunter2"),
        ("map", "{a: !hunter2 b}"),
        ("map", "{a: *hunter2}"),
        ("map", "{a: hunter2, a: hunter2}"),
        ("map", "{a: [3.14159]}"),
        ("map", "{a: hunter2hunter2hunter2hunter2hunter2}"),
        ("list", "[hunter2hunter2hunter2hunter2hunter2]"),
        ("list", "[hunter2"),
        ("choice", "hunter2"),
    ],
)
def test_no_param_error_contains_a_secret(app: Project, name: str, text: str) -> None:
    write(app)
    for words in (("param", "set", "sec", name, text), ("show", "dev", "--set", f"{name}={text}")):
        outcome = app.run(*words)
        assert outcome.code == 1
        assert shown(outcome.err) == []


def test_invalid_set_argument_is_not_shown(app: Project) -> None:
    write(app)
    outcome = app.run("show", "dev", "--set", "hunter2")
    assert outcome.code == 2
    assert shown(outcome.err) == []


@pytest.mark.parametrize(
    "expression",
    [
        "{{ {}[params.word] }}",
        "{{ {}[params.short] }}",
        "{{ [][params.number] }}",
        "{{ params[params.word] }}",
        "{{ fragment(params.word) }}",
        "{{ text('x' ~ params.word) }}",
        "{% include params.word %}",
        "{{ {params.word: 1} | merge({params.word: 2}) }}",
        "{{ [{}] | map(attribute=params.word) }}",
        "{{ params.word | int }}",
    ],
)
def test_no_template_error_contains_a_secret(app: Project, expression: str) -> None:
    write(app, f"{CONFIG_MAP}data:\n  key: {expression}\n")
    outcome = app.run("show", "dev")
    assert outcome.code == 1
    assert "sec.yaml.j2:5: " in outcome.err
    assert shown(outcome.err) == []


@pytest.mark.parametrize(
    "template",
    [
        "apiVersion: {{ params.word ~ '/a/b' }}\nkind: A\nmetadata: {name: a}\n",
        "apiVersion: v1\nkind: {{ params.word }}\n",
        "apiVersion: v1\nkind: A\nmetadata: {name: {{ params.word }}, labels: {a: 1}}\n",
        2 * "---\napiVersion: v1\nkind: A\nmetadata: {name: {{ params.word }}}\n",
    ],
)
def test_no_object_error_contains_a_secret(app: Project, template: str) -> None:
    write(app, template)
    outcome = app.run("show", "dev")
    assert outcome.code == 1
    assert shown(outcome.err) == []


def test_no_name_contains_a_secret(app: Project) -> None:
    write(app, "apiVersion: v1\nkind: A\nmetadata: {name: {{ params.word }}}\n")
    assert app.run("show", "dev", "-o", "name").ok().out == "a/***\n"


@pytest.mark.parametrize(
    "operation",
    [
        "{op: test, path: /data/word, value: nothing}",
        "{op: test, path: /data, value: nothing}",
        "{op: replace, path: /data/nothing/at/all, value: 1}",
        "{op: remove, path: /nothing}",
        "{op: add, path: /data/word/below, value: 1}",
    ],
)
def test_no_patch_error_contains_a_secret(app: Project, operation: str) -> None:
    write(app, patches=f"[{{target: {{kind: ConfigMap}}, json: [{operation}]}}]")
    outcome = app.run("show", "dev")
    assert outcome.code == 1
    assert "dlctl.yaml:7:" in outcome.err
    assert shown(outcome.err) == []


KEY = "-----BEGIN PRIVATE KEY-----\nhunter2hunter2\n-----END PRIVATE KEY-----"
MISPLACED = [
    ("param", "set", "sec", "word", KEY),
    ("param", "set", "sec", "word", "--hunter2"),
    ("param", "set", "sec", "word", "-hunter2"),
    ("param", "set", "sec", "word", "a", "hunter2"),
    ("param", "set", "sec", "word=a", "hunter2"),
    ("param", "set", "sec", "word=hunter2", "b"),
    ("param", "set", "--env", "dev", "word=hunter2", "b"),
    ("param", "unset", "sec", "word=hunter2"),
    ("param", "set", "sec", f"word {KEY}", "b"),
    ("param", "explain", "sec", "word", "hunter2"),
    ("param", "list", "sec", "hunter2"),
    ("generate", "sec", "new", "--word", KEY),
    ("generate", "sec", "new", "--word", "--hunter2"),
    ("generate", "sec", "new", "hunter2"),
    ("generate", "sec", "new", "-hunter2"),
    ("generate", "sec", "new", KEY),
    ("generate", "sec", KEY),
    ("generate", "--word", "hunter2"),
    ("generate", KEY, "new"),
    ("generate", "sec", "new", f"--word {KEY}"),
    ("prototype", "preview", "sec", "--word", KEY),
    ("prototype", "preview", "sec", "hunter2"),
    ("prototype", "preview", "sec", "--word", "--hunter2"),
    ("show", "dev", "--set", KEY),
    ("show", "dev", "--set", "word", "hunter2=1"),
    ("show", "dev", "--set", "word", KEY),
    ("diff", "dev", "--set", "sec.word=a", "--hunter2"),
    ("apply", "dev", "-o", KEY),
    ("diff", "dev", "--request-timeout", KEY),
    ("show", "dev", f"--output={KEY}"),
]


@pytest.mark.parametrize("words", MISPLACED, ids=range(len(MISPLACED)))
def test_no_usage_error_repeats_a_value(app: Project, words: tuple[str, ...]) -> None:
    write(app)
    before = app.files()
    outcome = app.run(*words)
    assert outcome.code in (1, 2)
    assert outcome.err
    assert shown(outcome.out + outcome.err) == []
    assert app.files() == before
    document = app.run(*words, "-o", "json")
    assert shown(document.out + document.err) == []


PEM = "-----BEGIN KEY-----\n  hunter2hunter2: x\n  -----END KEY-----"
BROKEN_YAML = [
    "params: hunter2\n",
    "params: [hunter2]\n",
    "hunter2\n",
    "- hunter2\n",
    "components: {sec: hunter2}\n",
    "components: {sec: {params: {word: *hunter2}}}\n",
    "components: {sec: {params: {word: !hunter2 x}}}\n",
    "components: {sec: {params: {word: 'hunter2}}}\n",
    "components: {sec: {params: {word: hunter2: x}}}\n",
    "components: {sec: {params: {word: @hunter2}}}\n",
    "components: {sec: {params: {word: `hunter2}}}\n",
    "components: {sec: {params: {word: %hunter2}}}\n",
    "components: {sec: {params: {word: {hunter2}}}}\n",
    "components: {sec: {params: {word: hunter2\n",
    "components:\n  sec:\n    params:\n      word: x\n     hunter2: y\n",
    "components:\n  sec: {params: {wrd: hunter2}}\n",
    f"components:\n  sec:\n    params:\n      word: {PEM}\n",
    f"components:\n  sec:\n    params:\n      word:\n  {PEM}\n",
    "components: {sec: {params: {word: {a: 1}, number: hunter2}}}\n",
    "components: {sec: {params: {word: x, word: hunter2}}}\n",
    "components: {sec: {params: {'word\n\n hunter2': x, 'word\n\n hunter2': y}}}\n",
    "components: {sec: {params: {? [hunter2] : x}}}\n",
    "components: {sec: {params: {word: &a [*a, hunter2]}}}\n",
    "components: {sec: {params: {word: hunter2\x07}}}\n",
    "components: {sec: {params: {<<: hunter2}}}\n",
    "components: {sec: {params: {word: ok}}}\n---\nhunter2: x\n",
]


@pytest.mark.parametrize("text", BROKEN_YAML)
def test_no_error_of_a_file_repeats_a_value(app: Project, text: str) -> None:
    write(app)
    app.write({"environments/dev/params.yaml": text})
    for words in (("show", "dev"), ("param", "list", "--env", "dev"), ("show", "dev", "-o", "json")):
        outcome = app.run(*words)
        assert outcome.code == 1
        assert "environments/dev/params.yaml" in outcome.err
        assert shown(outcome.out + outcome.err) == []
    app.write({"environments/dev/params.yaml": "", "values.yaml": text.replace("components: {sec: ", "")})
    outcome = app.run("generate", "sec", "new", "--values", "values.yaml")
    assert shown(outcome.out + outcome.err) == []


@pytest.mark.parametrize(
    "text",
    ["{fromEnv:NAME}", "{fromenv: NAME}", "{from_env: NAME}", "{fromEnv: A, fromFile: b}", "{fromFile: }"],
)
def test_what_is_nearly_a_reference_does_not_become_the_secret(app: Project, text: str) -> None:
    write(app)
    before = app.files()
    answer = app.run("param", "set", "sec", "word", text)
    assert (answer.code, app.files() == before) == (1, True)
    assert "write '{fromEnv: NAME}' or '{fromFile: PATH}'" in answer.err
    assert "NAME}" not in answer.err.replace("{fromEnv: NAME}", "")
    app.run("param", "set", "sec", "word", text, "--string").ok()


def test_a_reference_is_not_stored_in_clear(app: Project) -> None:
    write(app)
    assert "in plain text" not in app.run("param", "set", "sec", "word", "{fromEnv: NAME}").ok().err
    assert "in plain text" in app.run("param", "set", "sec", "word", "{fromEnv: NAME}", "--string").ok().err
    assert "{fromEnv: NAME}" in app.run("param", "set", "sec", "word", "plain").ok().err


def test_a_prototype_reads_no_secret_of_the_user(app: Project) -> None:
    """Its default is no value of the app: a package could ask for any file."""
    write(app)
    (path,) = (name for name in app.files() if name.endswith("sec/prototype.yaml"))
    app.write(
        {path: PROTOTYPE + "  key: {type: string, writeOnly: true, default: {fromFile: /etc/hostname}}\n"}
    )
    answer = app.run("show", "dev")
    assert answer.code == 1
    assert (
        "the default of parameter 'key' refers to file /etc/hostname: only values of the app may"
        in answer.err
    )


def test_no_file_to_apply_has_a_stand_in_for_a_secret(
    app: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only plans read what a parameter refers to; applied, the stand-in would replace the secret."""
    write(app)
    app.run("param", "set", "sec", "word", "{fromEnv: THE_WORD}").ok()
    monkeypatch.setenv("THE_WORD", "elsewhere-47")
    answer = app.run("show", "dev", "--reveal-secrets", "--output-dir", str(tmp_path / "out"))
    assert answer.code == 2
    assert "dlctl.yaml:" in answer.err
    assert "parameter 'word' of component 'sec' refers to a secret that show does not read" in answer.err
    assert "--skip-secrets leaves out the objects with it" in answer.err
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").rglob("*.yaml"))
    app.run("show", "dev", "--skip-secrets", "--output-dir", str(tmp_path / "out")).ok()


def test_reveal_secrets_masks_objects_whose_secrets_were_not_read(app: Project) -> None:
    """Applied, a stand-in in base64 would replace the secret."""
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: own}\n"
    write(app, secret + "data: {word: {{ params.word | b64encode }}}\n")
    plain = app.run("show", "dev", "--reveal-secrets").ok()
    assert base64.b64encode(b"hunter2hunter2").decode() in plain.out
    app.run("param", "set", "sec", "word", "{fromEnv: THE_WORD}").ok()
    masked = app.run("show", "dev", "--reveal-secrets").ok()
    (data,) = re.findall("word: (.*)", masked.out)
    assert "*" in data
    assert (
        "parameter 'word' of component 'sec' refers to a secret that show does not read: the objects with it "
        "are masked" in masked.err
    )


def test_what_is_not_read_breaks_no_rule(app: Project) -> None:
    write(app)
    (path,) = (name for name in app.files() if name.endswith("sec/prototype.yaml"))
    rule = "{require: params.word | length > 12, params: [word], message: too short}"
    app.write({path: f"{PROTOTYPE}rules: [{rule}]\n"})
    app.run("param", "set", "sec", "word", "{fromEnv: X}").ok()
    app.run("show", "dev").ok()
    app.run("param", "set", "sec", "word", "short").ok()
    assert "too short" in app.run("show", "dev").err


def test_entries_that_are_elsewhere_are_not_in_clear(app: Project) -> None:
    words = ("generate", "secret", "keys", "--entries")
    assert "in plain text" not in app.run(*words, "{A: {fromEnv: ONE}, B: {fromFile: two}}").ok().err
    warning = (
        app.run("generate", "secret", "others", "--entries", "{A: {fromEnv: ONE}, B: plain-47}").ok().err
    )
    assert "entries is a secret, stored in plain text in dlctl.yaml" in warning
    assert "dlctl param set others entries.KEY '{fromEnv: NAME}'" in warning
