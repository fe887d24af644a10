"""`dlctl schema`, and the first lines by which editors find the schemas."""

import json

import pytest

from dlctl.app.file_schemas import FOLDER
from tests.project import Project

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
    assert "2 schemas of another version of dlctl; write them again: dlctl schema --write" in answer.out
    assert "wrote 2 of 6 schemas" in app.run("schema", "--write").ok().err
    assert app.run("schema", "--write").ok().err == f"{FOLDER} is up to date\n"
