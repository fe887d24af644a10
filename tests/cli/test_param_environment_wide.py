"""`param set --env ENV NAME VALUE`: one value for all components, which all of them must accept."""

import pytest

from tests.project import Project

TEMPLATE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ component.name }}}\ndata: {{ params }}\n"
FILE = "environments/dev/params.yaml"


def two(app: Project, first: str, second: str) -> None:
    """Components `a` and `b`, whose prototypes declare these parameters."""
    app.write(
        {
            "dlctl.yaml": "apiVersion: dlctl.dev/v1\nkind: App\nname: small\n"
            "components: {a: {prototype: pa}, b: {prototype: pb}}\n",
            FILE: "",
            "environments/prod/params.yaml": "",
        }
    )
    for name, params in {"pa": first, "pb": second}.items():
        folder = f"prototypes/both/{name}"
        app.write(
            {
                f"{folder}/prototype.yaml": f"summary: x\nparams: {params}\n",
                f"{folder}/templates/a.yaml.j2": TEMPLATE,
            }
        )


@pytest.mark.parametrize(
    ("first", "second", "text", "expected"),
    [
        ("number", "integer", "2", "2"),
        ("integer", "number", "2", "2"),
        ("[integer, string]", "string", "2", '"2"'),
        ("string", "[integer, string]", "2", '"2"'),
        ("integer", "[integer, string]", "2", "2"),
        ("string", "string", "on", '"on"'),
    ],
)
def test_value_is_valid_for_all_components(
    app: Project, first: str, second: str, text: str, expected: str
) -> None:
    two(app, f"{{v: {{type: {first}}}}}", f"{{v: {{type: {second}}}}}")
    app.run("param", "set", "--env", "dev", "v", text).ok()
    assert app.read(FILE) == f"params:\n  v: {expected}\n"
    app.run("show", "dev").ok()


def test_nothing_is_written_without_a_common_value(app: Project) -> None:
    two(app, "{v: {type: string}}", "{v: {type: integer}}")
    outcome = app.run("param", "set", "--env", "dev", "v", "2")
    assert outcome.code == 1
    assert "no value of 'v' is valid for every component: it is string for a, integer for b" in outcome.err
    assert app.read(FILE) == ""


def test_spelling_is_known_to_all_components(app: Project) -> None:
    two(app, "{num_v: {type: string, x-aliases: [v]}}", "{v: {type: string}}")
    app.run("param", "set", "--env", "dev", "v", "x").ok()
    assert app.read(FILE) == "params:\n  v: x\n"
    assert app.run("show", "dev").ok().out.count(": x\n") == 2
    app.run("param", "unset", "--env", "dev", "v").ok()
    assert app.read(FILE) in ("", "{}\n")
