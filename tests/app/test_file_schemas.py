"""The JSON Schemas of an app's files accept what dlctl accepts, and refuse what it refuses."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from dlctl.app.environments import load_environment
from dlctl.app.file_schemas import file_schemas
from dlctl.app.load import load_app
from dlctl.errors import DlctlError
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.source import builtin_source
from tests.conftest import REPOSITORY

HEAD = "apiVersion: dlctl.dev/v1\nkind: App\nname: shop\n"
WEB = "components:\n  web: {prototype: page}\n"
ADDING = "{target: {kind: A}, json: [{op: add, path: /a, value: 1}]}"
PUTTING = ADDING.replace("add", "put")
PATCH = "{target: {kind: Deployment}, merge: {spec: {replicas: 1}}}"

KEY = f"ssh-ed25519 {'A' * 68}"

APPS = {
    HEAD: True,
    HEAD + WEB: True,
    HEAD + "id: 0a9e1d1e-58b1-4cf5-9d0e-6f1c4a6f3b0a\ncomponents:\nregistries:\npackages:\n": True,
    HEAD + f"components: {{web: {{prototype: page, name: w, namespace: x, patches: [{PATCH}]}}}}\n": True,
    HEAD + "components: {web: {prototype: page, params: {a: [1]}, patches: }}\n": True,
    HEAD + f"components: {{web: {{prototype: page, patches: [{ADDING}]}}}}\n": True,
    "kind: App\nname: shop\n": False,
    HEAD.replace("App", "Environment"): False,
    HEAD.replace("shop", "Shop"): False,
    HEAD + "component: {}\n": False,
    HEAD + "components: {web: {}}\n": False,
    HEAD + "components: {web: }\n": False,
    HEAD + "components: {Web: {prototype: page}}\n": False,
    HEAD + "components: {web: {prototype: page, param: {}}}\n": False,
    HEAD + "components: {web: {prototype: page, patches: [{merge: {}}]}}\n": False,
    HEAD + "components: {web: {prototype: page, patches: [{target: {}, merge: {}}]}}\n": False,
    HEAD + "components: {web: {prototype: page, patches: [{target: {kind: A}}]}}\n": False,
    HEAD + f"components: {{web: {{prototype: page, patches: [{PUTTING}]}}}}\n": False,
    HEAD + "registries: {a: {directory: x, git: y}}\n": False,
    HEAD + "packages: {a/b: {version: 1.0.0}}\n": False,
}
ENVIRONMENTS = {
    "": True,
    "context: gke\nnamespace: ml\nprotected: true\nlabels: {a: b}\n": True,
    "context: gke\nserver: https://x\nclusterId: u\nextends: []\ndisabled: web\n": True,
    "disabled: [web]\nlabels:\npatches:\nextends:\n": True,
    f"patches: {{web: [{PATCH}]}}\n": True,
    "approve: {keys: [keys/ops.pub]}\n": True,
    f"approve: {{keys: {KEY}}}\n": True,
    "approve:\n": True,
    "approve: {}\n": False,
    "approve: {keys: []}\n": False,
    "approve: {keys: ['']}\n": False,
    "approve: {keys: [a], days: 3}\n": False,
    "approve: yes\n": False,
    "contxt: gke\n": False,
    "context: 5\n": False,
    "namespace: Big\n": False,
    "protected: 1\n": False,
    "labels: {a: 1}\n": False,
    "disabled: {web: true}\n": False,
    "patches: [a]\n": False,
    "extends: [1]\n": False,
}
PARAMS = {
    "": True,
    "params: {a: 1}\ncomponents: {web: {b: [x]}}\n": True,
    "params:\ncomponents:\n": True,
    "param: {}\n": False,
    "params: [a]\n": False,
    "components: {web: }\n": False,
    "components: {web: 1}\n": False,
}


def schema(name: str) -> Any:
    return jsonschema_rs.Draft202012Validator(dict(file_schemas()[name]))


def accepted(read: Callable[[], object]) -> bool:
    try:
        read()
    except DlctlError:
        return False
    return True


@pytest.mark.parametrize(("text", "good"), APPS.items())
def test_dlctl_yaml(text: str, good: bool, tmp_path: Path) -> None:
    (tmp_path / "dlctl.yaml").write_text(text)
    assert accepted(lambda: load_app(tmp_path)) is good
    assert schema("app").is_valid(yaml.safe_load(text)) is good


@pytest.mark.parametrize(
    ("name", "text", "good"),
    [
        *(("environment", text, good) for text, good in ENVIRONMENTS.items()),
        *(("params", text, good) for text, good in PARAMS.items()),
    ],
)
def test_files_of_an_environment(name: str, text: str, good: bool, tmp_path: Path) -> None:
    (tmp_path / "dlctl.yaml").write_text(HEAD + WEB)
    folder = tmp_path / "environments" / "dev"
    folder.mkdir(parents=True)
    (folder / "environment.yaml").write_text("")
    (folder / f"{name}.yaml").write_text(text)
    app = load_app(tmp_path)
    assert accepted(lambda: load_environment(app, "dev")) is good
    assert schema(name).is_valid(yaml.safe_load(text)) is good


@pytest.mark.slow
def test_every_built_in_prototype_and_package_is_valid() -> None:
    prototype, package = schema("prototype"), schema("package")
    catalogue = Catalogue((builtin_source(),))
    for each in catalogue.all():
        text = (each.folder / "prototype.yaml").read_text()
        assert list(prototype.iter_errors(yaml.safe_load(text))) == [], each.name
    for path in (REPOSITORY / "prototypes").glob("*/package.yaml"):
        assert package.is_valid(yaml.safe_load(path.read_text())), path


def test_the_sample_app_is_valid() -> None:
    assert schema("app").is_valid(yaml.safe_load((REPOSITORY / "dlctl.yaml").read_text()))
    for path in (REPOSITORY / "environments").rglob("*.yaml"):
        if path.stem in ("environment", "params"):
            assert schema(path.stem).is_valid(yaml.safe_load(path.read_text())), path


def test_each_is_a_json_schema() -> None:
    for each in file_schemas().values():
        jsonschema_rs.meta.validate(json.loads(json.dumps(each)))
