"""The keys of prototype.yaml and package.yaml: what each means, and its JSON Schema."""

from dlctl import API_VERSION
from dlctl.app.key import FLAG, NAME, TEXT, TEXTS, VERSION, Key, Keys, reference

PROTOTYPE: Keys = {
    "apiVersion": Key("Version of this format.", {"enum": [API_VERSION, None]}),
    "kind": Key("Kind of this file.", {"enum": ["Prototype", None]}),
    "name": Key("The name of its folder.", {**NAME, "type": ["string", "null"]}),
    "summary": Key("One line for lists.", TEXT),
    "keywords": Key("Words that people search for, beside those of the name and the summary.", TEXTS),
    "description": Key("What it is for.", TEXT),
    "groups": Key(
        "Groups of shared parameters: a name, or `{name, only: [PARAM]}`.",
        {
            "type": ["array", "null"],
            "items": {"anyOf": [{"type": "string"}, reference("group")]},
        },
    ),
    "params": Key(
        "The parameters: a JSON Schema (2020-12) by name in snake_case. `writeOnly: true` marks a secret, "
        "`x-aliases` lists other spellings.",
        {
            "type": ["object", "null"],
            "propertyNames": {"pattern": "^[a-z][a-z0-9]*(_[a-z0-9]+)*$"},
            "additionalProperties": {"type": "object"},
        },
    ),
    "roles": Key(
        "Kinds of pods, by name (`*`: any): each may have own values of the parameters that concern a pod.",
        {
            "type": ["object", "null"],
            "propertyNames": {"pattern": r"^([a-z][a-z0-9]*(_[a-z0-9]+)*|\*)$"},
            "additionalProperties": reference("role"),
        },
    ),
    "dotted_names": Key("Whether the API allows dots in the names of its objects.", FLAG),
    "required": Key("Parameters that must have a value.", TEXTS),
    "provides": Key("Kinds (GROUP/VERSION/KIND) that its objects add to a cluster.", TEXTS),
    "rules": Key(
        "Checks of several values: where `when` is true, `require` must be true.",
        {"type": ["array", "null"], "items": reference("rule")},
    ),
    "requires": Key(
        "What a cluster must have: a kind, a device resource, or a node label.",
        {"type": ["array", "null"], "items": reference("requirement")},
    ),
    "allOf": Key(
        "JSON Schemas for the mapping of all values.",
        {"type": ["array", "null"], "items": {"type": "object"}},
    ),
}


GROUP: Keys = {
    "name": Key("Name of the group.", {"type": "string"}, required=True),
    "only": Key("Its parameters that are used; all where it is missing.", TEXTS),
    "shared": Key("Whether the values are for all roles: none has own ones.", FLAG),
}


ROLE: Keys = {
    "description": Key("What its pods do.", TEXT),
    "own": Key(
        "Parameters whose shared values it does not take: they are unset unless the role has them.", TEXTS
    ),
    "unless": Key(
        "A boolean parameter: where it is true, the role takes the shared values of `own`, too.", TEXT
    ),
}


RULE: Keys = {
    "when": Key("An expression over `params`, `component`, `environment`; true where it is missing.", TEXT),
    "require": Key("An expression that must be true.", {"type": "string", "minLength": 1}, required=True),
    "params": Key("The parameters that an error names.", TEXTS),
    "message": Key("What is wrong where it is false.", {"type": "string", "minLength": 1}, required=True),
}


REQUIREMENT: Keys = {
    "kind": Key("GROUP/VERSION/KIND.", TEXT),
    "resource": Key("A device resource, such as nvidia.com/gpu.", TEXT),
    "node_label": Key("Labels of which a node must have one.", TEXTS),
    "values": Key("Values of which the label must have one.", TEXTS),
    "when": Key("An expression; true where it is missing.", TEXT),
    "from": Key("The prototype that provides it.", TEXT),
    "upstream": Key("The project that provides it.", TEXT),
}


PACKAGE: Keys = {
    "apiVersion": Key("Version of this format.", {"enum": [API_VERSION, None]}),
    "kind": Key("Kind of this file.", {"enum": ["Package", None]}),
    "name": Key("The name of its folder, without @VERSION.", {**NAME, "type": ["string", "null"]}),
    "summary": Key("One line.", TEXT),
    "kinds": Key(
        "Custom kinds of its objects, by KIND.GROUP: what dlctl does not know itself.",
        {"type": ["object", "null"], "additionalProperties": reference("packageKind")},
    ),
    "version": Key(
        "Semantic Versioning 2.0.0; required to install the package from a registry.",
        {"type": ["string", "null"], "pattern": VERSION},
    ),
    "dependencies": Key(
        "Ranges of versions, by PACKAGE of the same registry or by REGISTRY/PACKAGE.",
        {
            "type": ["object", "null"],
            "propertyNames": {"pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(/[a-z0-9]([-a-z0-9]*[a-z0-9])?)?$"},
            "additionalProperties": {"type": "string", "maxLength": 200},
        },
    ),
    "minDlctl": Key("The oldest dlctl that it works with.", {"type": ["string", "null"], "pattern": VERSION}),
}


PACKAGE_KIND: Keys = {
    "scope": Key("Namespaced (where it is missing) or Cluster.", {"enum": ["Namespaced", "Cluster", None]}),
    "pods": Key(
        "Where its pods are; an empty list: it creates none.",
        {"type": ["array", "null"], "items": reference("pods")},
    ),
}


PODS: Keys = {
    "path": Key("Path of a template with metadata and spec, such as `spec.workers[].template`.", TEXT),
    "spec": Key("Path of a pod's spec alone.", TEXT),
    "count": Key("Path of the number of pods.", TEXT),
    "default": Key(
        "The number of pods where that field is missing; 1 if this is missing, too.",
        {"type": ["integer", "null"], "minimum": 0},
    ),
    "role": Key("The name of these pods, or the path of the field that has it.", TEXT),
}
