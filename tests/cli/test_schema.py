"""`dlctl schema`, and the first lines by which editors find the schemas."""

import json
from typing import Any

import jsonschema_rs
import pytest
import yaml

from dlctl.app.file_schemas import FOLDER
from tests.project import Project

PROTOTYPE = "prototypes/pages/page/prototype.yaml"
NAMES = ("app", "environment", "params", "prototype", "package", "readiness")


@pytest.mark.parametrize("name", NAMES)
def test_prints_a_schema_without_an_app(project: Project, name: str) -> None:
    found = json.loads(project.run("schema", name).ok().out)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["additionalProperties"] is False
    assert all(each["description"] for each in found["properties"].values())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "needs the name of a file"),
        (("app", "--write"), "needs the name of a file"),
        (("cluster",), "'app'"),
    ],
)
def test_mistakes(app: Project, words: tuple[str, ...], message: str) -> None:
    answer = app.run("schema", *words)
    assert (answer.code, message in answer.err) == (2, True)


def first_line(project: Project, file: str) -> str:
    return project.read(file).splitlines()[0]


def test_files_of_a_new_app_name_their_schemas(project: Project) -> None:
    project.run("init", "shop").ok()
    project.run("env", "add", "us-west/prod", "--no-cluster", cwd="shop").ok()
    for file, schema in (
        ("dlctl.yaml", "app"),
        ("environments/us-west/prod/environment.yaml", "environment"),
        ("environments/us-west/prod/params.yaml", "params"),
    ):
        start, _, path = first_line(project, f"shop/{file}").partition("=")
        assert start == "# yaml-language-server: $schema"
        place = (project.root / "shop" / file).parent / path
        assert place.resolve() == project.root / "shop" / FOLDER / f"{schema}.schema.json"
        assert json.loads(place.read_text())
    project.run("generate", "core", "core", cwd="shop").ok()
    assert first_line(project, "shop/dlctl.yaml").startswith("# yaml-language-server")
    assert "schemas" not in project.run("doctor", "--offline", cwd="shop").ok().out


def test_env_add_writes_them_where_they_are_missing(app: Project) -> None:
    added = app.run("env", "add", "new", "--no-cluster").ok()
    assert "schema" not in added.err
    assert {name for name in app.files() if name.startswith(FOLDER)} == {
        f"{FOLDER}/{name}.schema.json" for name in NAMES
    }


def test_those_of_another_version_are_written_again(app: Project) -> None:
    assert "wrote 6 of 6 schemas" in app.run("schema", "--write").ok().err
    app.write({f"{FOLDER}/app.schema.json": "{}", f"{FOLDER}/params.schema.json": "{}"})
    answer = app.run("doctor", "--offline").ok()
    assert (
        "2 schemas older than dlctl or the app's prototypes; write them again: dlctl schema --write"
        in answer.out
    )
    assert "wrote 2 of 6 schemas" in app.run("schema", "--write").ok().err
    assert app.run("schema", "--write").ok().err == f"{FOLDER} is up to date\n"


def schema(project: Project, name: str) -> Any:
    return jsonschema_rs.validator_for(json.loads(project.run("schema", name).ok().out))


@pytest.mark.parametrize(
    ("file", "text", "good"),
    [
        (
            "app",
            "components: {web: {prototype: page, params: {title: x, env_vars: {A: b, C: null}}}}",
            True,
        ),
        ("app", "components: {web: {prototype: page, params: {replicas: x}}}", False),
        ("app", "components: {other: {prototype: page, params: {replica: 2}}}", False),
        ("app", "components: {other: {prototype: of-others, params: {replica: x}}}", True),
        ("params", "components: {web: {replicas: 3, title: null}}", True),
        ("params", "components: {web: {replicas: null}, gone: {any: 1}}", True),
        ("params", "components: {web: {replicas: -1}}", False),
        ("params", "components: {web: {replica: 1}}", False),
        ("params", "params: {replicas: 3}", True),
        ("params", "params: {replica: 3}", False),
        ("params", "params: {replicas: x}", False),
    ],
)
def test_the_parameters_of_the_apps_components_are_typed(
    app: Project, file: str, text: str, good: bool
) -> None:
    head = "apiVersion: dlctl.dev/v1\nkind: App\nname: small\n" if file == "app" else ""
    assert schema(app, file).is_valid(yaml.safe_load(head + text)) is good


def test_no_value_of_a_secret_is_in_a_schema(app: Project) -> None:
    app.write({PROTOTYPE: "summary: x\nparams: {title: {type: string, writeOnly: true, default: hunter2}}\n"})
    for name in ("app", "params"):
        out = app.run("schema", name).ok().out
        assert ("title" in out, "hunter2" in out) == (True, False)


def test_a_secret_may_be_a_reference(app: Project) -> None:
    app.write({PROTOTYPE: "summary: x\nparams: {title: {type: string, writeOnly: true, minLength: 20}}\n"})
    checked = schema(app, "params")
    for title, good in (
        ({"fromEnv": "X"}, True),
        ({"fromFile": "a"}, True),
        ({"from": "X"}, False),
        (1, False),
    ):
        assert checked.is_valid({"components": {"web": {"title": title}}}) is good


def test_a_secret_entry_of_a_mapping_may_be_a_reference(app: Project) -> None:
    entries = "{type: object, additionalProperties: {type: string, writeOnly: true}}"
    app.write({PROTOTYPE: f"summary: x\nparams: {{keys: {entries}}}\n"})
    checked = schema(app, "params")
    for keys, good in (
        ({"a": {"fromEnv": "X"}, "b": "text", "c": None}, True),
        ({"a": {"from": "X"}}, False),
        ({"a": 1}, False),
    ):
        assert checked.is_valid({"components": {"web": {"keys": keys}}}) is good


def test_parameters_of_a_prototype_that_is_not_there_have_no_types(app: Project) -> None:
    (app.root / PROTOTYPE).unlink()
    assert schema(app, "params").is_valid({"components": {"web": {"any": 1}}, "params": {"any": 1}})
    app.write({"dlctl.yaml": "kind: none\n"})
    answer = app.run("schema", "params").ok()
    assert "note: without the parameters of the app's components: dlctl.yaml" in answer.err


def test_files_for_editors_follow_the_components(project: Project) -> None:
    project.run("init", "shop").ok()
    project.run("generate", "tf-serving", "first", cwd="shop").ok()
    project.run("generate", "core", "second", cwd="shop").ok()
    assert doctors_word(project) == ""
    params = json.loads(project.read(f"shop/{FOLDER}/params.schema.json"))
    assert list(params["properties"]["components"]["properties"]) == ["first", "second"]
    removed = project.run("component", "rm", "first", "--yes", cwd="shop").ok()
    assert (doctors_word(project), "schema" in removed.err) == ("", False)
    project.run("env", "add", "dev", "--no-cluster", cwd="shop").ok()
    assert doctors_word(project) == ""


def doctors_word(project: Project) -> str:
    lines = project.run("doctor", "--offline", cwd="shop").ok().out.splitlines()
    return next((line for line in lines if FOLDER in line), "")


def test_doctor_says_that_a_prototype_has_changed_since(app: Project) -> None:
    app.run("schema", "--write").ok()
    changed = app.read(PROTOTYPE).replace("  replicas:", "  copies:")
    app.write({PROTOTYPE: changed})
    answer = app.run("doctor", "--offline").ok()
    assert "2 schemas older than dlctl or the app's prototypes" in answer.out
