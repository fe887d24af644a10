"""The JSON Schemas of registry.yaml, package.yaml and the keys accept what dlctl accepts, and no more."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from dlctl.app.load import load_app
from dlctl.errors import DlctlError
from dlctl.registry.packages.metadata import read_package, read_registry
from tests.conftest import REPOSITORY

FOLDER = REPOSITORY / "docs/reference/files"
HEAD = "apiVersion: dlctl.dev/v1\nkind: "
DIGEST = f"sha256:{'0' * 64}"
COMMIT = "a" * 40

KEY = f"ssh-ed25519 {'A' * 68}"
PEM = "-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----"

REGISTRIES = [
    f"{HEAD}Registry\n",
    f"{HEAD}Registry\nname: x\nsummary: y\n",
    f"{HEAD}Package\n",
    "kind: Registry\n",
    f"{HEAD}Registry\npackages: []\n",
    f"{HEAD}Registry\nsummary: 5\n",
]
PACKAGES = [
    "version: 1.2.3\n",
    f"{HEAD}Package\nname: hello\nsummary: x\nversion: 1.2.3-rc.1+b\nminDlctl: 0.1.0\n"
    "dependencies: {a: ^1, b/c: '*'}\n",
    "",
    "version: 1.2\n",
    "version: 1.2.3\nkind: Registry\n",
    "version: 1.2.3\nname: Hello\n",
    "version: 1.2.3\nminDlctl: new\n",
    "version: 1.2.3\ndependencies: {a: 1}\n",
    "version: 1.2.3\ndependencies: {a/b/c: '1'}\n",
    "version: 1.2.3\ndependencies: [a]\n",
    "version: 1.2.3\nverson: 1\n",
    "version: 1.2.3\nkinds: {T.a.b: {scope: Cluster}, U.a.b: {pods: []}, V.a.b: {}}\n",
    "version: 1.2.3\n"
    "kinds: {T.a.b: {pods: [{path: 's.w[].t', count: 's.w[].n', default: 0, role: w}, {spec: s.*.t}]}}\n",
    "version: 1.2.3\nkinds: {T: {}}\n",
    "version: 1.2.3\nkinds: {T.apps: {}}\n",
    "version: 1.2.3\nkinds: {T.a.b: {scope: x}}\n",
    "version: 1.2.3\nkinds: {T.a.b: {pods: [{path: a, spec: b}]}}\n",
    "version: 1.2.3\nkinds: {T.a.b: {pods: [{}]}}\n",
    "version: 1.2.3\nkinds: {T.a.b: {pods: [{path: a, default: 2}]}}\n",
    "version: 1.2.3\nkinds: {T.a.b: {pods: [{path: a..b}]}}\n",
    "version: 1.2.3\nkinds: {T.a.b: {pods: [{path: a, count: 5}]}}\n",
]
KEYS = [
    "registries: {a: {directory: ../x}, b: {git: 'https://x.y/z', ref: main, path: p}}\n",
    f"registries: {{b: {{git: 'https://x.y/z', commit: {COMMIT}}}}}\n",
    f"packages: {{a/b: {{version: 1.0.0, digest: '{DIGEST}'}}}}\n",
    f"packages: {{a/b: {{version: 1.0.0, digest: '{DIGEST}', commit: {COMMIT}, shadow: true}}}}\n",
    "registries:\npackages:\n",
    "registries: {builtin: {directory: x}}\n",
    "registries: {A: {directory: x}}\n",
    "registries: {a: {}}\n",
    "registries: {a: {directory: x, git: y}}\n",
    "registries: {a: {directory: x, ref: y}}\n",
    "registries: {a: {git: x, commit: abc}}\n",
    "registries: {a: {git: 5}}\n",
    f"registries: {{a: {{directory: x, require_signed: true, trusted: [{{ssh: {KEY} ann}}]}}}}\n",
    f'registries: {{a: {{directory: x, trusted: [{{cosign: "{PEM}", valid_before: "2027-01-31"}}]}}}}\n',
    f"registries: {{a: {{directory: x, trusted: [{{ssh: {KEY}, identity: a@b.c, authority: true}}]}}}}\n",
    "registries: {a: {directory: x, require_signed: false, trusted: []}}\n",
    "registries: {a: {directory: x, require_signed: true}}\n",
    "registries: {a: {directory: x, require_signed: true, trusted: []}}\n",
    "registries: {a: {directory: x, require_signed: 1}}\n",
    "registries: {a: {directory: x, trusted: [{ssh: x}]}}\n",
    "registries: {a: {directory: x, trusted: [{}]}}\n",
    f'registries: {{a: {{directory: x, trusted: [{{ssh: {KEY}, cosign: "{PEM}"}}]}}}}\n',
    f"registries: {{a: {{directory: x, trusted: [{{ssh: {KEY}, authority: true}}]}}}}\n",
    f"registries: {{a: {{directory: x, trusted: [{{ssh: {KEY}, identity: '*'}}]}}}}\n",
    f"registries: {{a: {{directory: x, trusted: [{{ssh: {KEY}, valid_after: '2027-13-01'}}]}}}}\n",
    f"registries: {{a: {{directory: x, trusted: [{{ssh: {KEY}, days: 3}}]}}}}\n",
    "registries: {a: {oci: x.y/z}}\n",
    f"registries: {{a: {{oci: x.y/z, tag: t, digest: '{DIGEST}', storage: s.y}}}}\n",
    "registries: {a: {oci: x.y/z, ref: main}}\n",
    "registries: {a: {oci: x.y/z, git: y}}\n",
    "registries: {a: {git: y, tag: t}}\n",
    "registries: {a: {directory: y, storage: t}}\n",
    "registries: {a: {oci: x.y/z, digest: abc}}\n",
    "registries: {a: {svn: x}}\n",
    f"packages: {{a/b: {{version: 1.0.0, digest: '{DIGEST}', manifest: '{DIGEST}'}}}}\n",
    f"packages: {{a/b: {{version: 1.0.0, digest: '{DIGEST}', manifest: x}}}}\n",
    "registries: [a]\n",
    f"packages: {{b: {{version: 1.0.0, digest: '{DIGEST}'}}}}\n",
    f"packages: {{builtin/b: {{version: 1.0.0, digest: '{DIGEST}'}}}}\n",
    f"packages: {{a/b: {{digest: '{DIGEST}'}}}}\n",
    "packages: {a/b: {version: 1.0.0}}\n",
    f"packages: {{a/b: {{version: 1.0.0, digest: '{DIGEST}', shadow: 1}}}}\n",
    f"packages: {{a/b: {{version: 1.0.0, digest: '{DIGEST}', commit: x}}}}\n",
    "packages: {a/b: {version: 1.0.0, digest: 'md5:00'}}\n",
]


def schema(name: str) -> Any:
    found = json.loads((FOLDER / f"{name}.schema.json").read_text())
    jsonschema_rs.meta.validate(found)
    return jsonschema_rs.Draft202012Validator(found)


def accepted(read: Any, *arguments: Any) -> bool:
    try:
        read(*arguments)
    except DlctlError:
        return False
    return True


@pytest.mark.parametrize("text", REGISTRIES)
def test_registry_yaml(text: str) -> None:
    assert schema("registry").is_valid(yaml.safe_load(text)) is accepted(read_registry, text.encode(), "x")


@pytest.mark.parametrize("text", PACKAGES)
def test_package_yaml(text: str) -> None:
    found = accepted(read_package, text.encode(), "x", "hello")
    assert schema("package").is_valid(yaml.safe_load(text) or {}) is found


@pytest.mark.parametrize("text", KEYS)
def test_keys_of_dlctl_yaml(text: str, tmp_path: Path) -> None:
    (tmp_path / "dlctl.yaml").write_text(f"{HEAD}App\nname: a\n{text}")
    assert schema("packages").is_valid(yaml.safe_load(text)) is accepted(load_app, tmp_path)


def test_each_has_good_and_bad_cases() -> None:
    for name, texts in (("registry", REGISTRIES), ("package", PACKAGES), ("packages", KEYS)):
        assert {schema(name).is_valid(yaml.safe_load(text) or {}) for text in texts} == {True, False}
