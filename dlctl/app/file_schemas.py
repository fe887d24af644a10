"""JSON Schemas of an app's files, for editors: made from the tables of the keys that are read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dlctl import __version__
from dlctl.app import file_keys as keys
from dlctl.app import prototype_keys, readiness_keys
from dlctl.app.file_keys import Keys

DRAFT = "https://json-schema.org/draft/2020-12/schema"
FOLDER = ".dlctl/schemas"
"""Where an app keeps the schemas, relative to its root."""

_PACKAGES = {
    "type": ["object", "null"],
    "propertyNames": {
        "pattern": "^(?!builtin/)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"
    },
    "additionalProperties": {"$ref": "#/$defs/pin"},
}
_OPERATION = {
    "type": "object",
    "required": ["op", "path"],
    "properties": {
        "op": {"enum": ["add", "remove", "replace", "move", "copy", "test"]},
        "path": {"type": "string", "pattern": "^(/|$)"},
        "from": {"type": "string", "pattern": "^(/|$)"},
    },
}


def file_schemas() -> Mapping[str, Mapping[str, Any]]:
    """The schemas by the name of their file: app, environment, params, prototype, package, readiness."""
    return {
        "app": _file("dlctl.yaml: an app with its components.", keys.APP, _app_parts()),
        "environment": _file(
            "environment.yaml: a cluster, and what is different there.",
            keys.ENVIRONMENT,
            {
                **_patch_parts(),
                **_pin_parts(),
                "driftRule": _mapping(keys.DRIFT_RULE),
                "approve": _mapping(keys.APPROVE),
            },
        ),
        "params": _file("params.yaml: the parameters of an environment.", keys.PARAMS),
        "prototype": _file(
            "prototype.yaml: a prototype with its parameters and checks.",
            prototype_keys.PROTOTYPE,
            _prototype_parts(),
        ),
        "package": _file("package.yaml: a package of prototypes.", prototype_keys.PACKAGE, _package_parts()),
        "readiness": _file(
            "readiness/KIND.GROUP.yaml: when an object is ready.",
            readiness_keys.READINESS,
            _readiness_parts(),
        ),
    }


def schema_files(schemas: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, str]:
    """The files in an app that have the schemas (default: those of an app without components), by path."""
    import json

    return {
        f"{FOLDER}/{name}.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in (schemas or file_schemas()).items()
    }


def has_schemas(root: Path) -> bool:
    """Whether the app has these files."""
    return (root / FOLDER).is_dir()


def outdated_schemas(root: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    """The schema files of an app that would be written differently now; missing ones too.

    Empty for an app that has none of them.
    """
    if not has_schemas(root):
        return ()
    return tuple(name for name, text in files.items() if _text(root / name) != text)


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def modeline(schema: str, file: str) -> str:
    """The first line of a file of the app, which tells the YAML language server its schema."""
    up = "../" * file.count("/")
    return f"# yaml-language-server: $schema={up}{FOLDER}/{schema}.schema.json\n"


def _file(description: str, table: Keys, parts: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    head = {"$schema": DRAFT, "$comment": f"dlctl {__version__}", "description": description}
    body = _mapping(table)
    if not any(key.required for key in table.values()):
        body = {**body, "type": ["object", "null"]}
    return {**head, **body, **({"$defs": dict(parts)} if parts else {})}


def _mapping(table: Keys) -> dict[str, Any]:
    """The schema of a mapping with these keys and no others."""
    required = [name for name, key in table.items() if key.required]
    return {
        "type": "object",
        "additionalProperties": False,
        **({"required": required} if required else {}),
        "properties": {name: {**key.schema, "description": key.meaning} for name, key in table.items()},
    }


def _app_parts() -> dict[str, Any]:
    return {
        "component": _mapping(keys.COMPONENT),
        "move": _mapping(keys.MOVE),
        "release": _mapping(keys.RELEASE),
        "driftRule": _mapping(keys.DRIFT_RULE),
        "registry": _registry(),
        "trustedKey": {**_mapping(keys.TRUSTED_KEY), "oneOf": _one_of("ssh", "cosign")},
        **_patch_parts(),
        **_pin_parts(),
    }


def _registry() -> dict[str, Any]:
    """A registry is in one place; the keys of the other places are not allowed."""
    of_git, of_oci = ("ref", "path", "commit"), ("tag", "digest", "storage")
    others = {"directory": (*of_git, *of_oci), "git": of_oci, "oci": of_git}
    return {
        **_mapping(keys.REGISTRY),
        "oneOf": _one_of(*others),
        "dependentSchemas": {
            place: {"properties": {name: {"type": "null"} for name in names}}
            for place, names in others.items()
        },
    }


def _one_of(*names: str) -> list[dict[str, Any]]:
    """Exactly one of these keys."""
    return [{"required": [name]} for name in names]


def _pin_parts() -> dict[str, Any]:
    return {"packages": _PACKAGES, "pin": _mapping(keys.PIN)}


def _patch_parts() -> dict[str, Any]:
    return {
        "patch": {**_mapping(keys.PATCH), "oneOf": _one_of("strategic", "merge", "json")},
        "target": _mapping(keys.PATCH_TARGET),
        "operation": _OPERATION,
    }


def _prototype_parts() -> dict[str, Any]:
    return {
        "group": _mapping(prototype_keys.GROUP),
        "role": _mapping(prototype_keys.ROLE),
        "rule": _mapping(prototype_keys.RULE),
        "requirement": {
            **_mapping(prototype_keys.REQUIREMENT),
            "oneOf": _one_of("kind", "resource", "node_label"),
        },
    }


def _package_parts() -> dict[str, Any]:
    pods = {**_mapping(prototype_keys.PODS), "oneOf": _one_of("path", "spec")}
    return {"packageKind": _mapping(prototype_keys.PACKAGE_KIND), "pods": pods}


def _readiness_parts() -> dict[str, Any]:
    return {
        "job": {**_mapping(readiness_keys.READINESS_JOB), "type": ["object", "null"]},
        "serves": {**_mapping(readiness_keys.READINESS_SERVES), "type": ["object", "null"]},
        "reference": _mapping(readiness_keys.READINESS_REFERENCE),
        "namedBy": {**_mapping(readiness_keys.READINESS_NAMED_BY), "type": ["object", "null"]},
        "holds": {**_mapping(readiness_keys.READINESS_HOLDS), "type": ["object", "null"]},
        "rule": _mapping(readiness_keys.READINESS_RULE),
        "condition": _mapping(readiness_keys.READINESS_CONDITION),
        "field": _mapping(readiness_keys.READINESS_FIELD),
    }
