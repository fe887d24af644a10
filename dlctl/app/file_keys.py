"""The keys of an app's files: which there are, what they mean, and which values they take.

The readers refuse other keys; `dlctl schema` and the reference pages are made from the same tables.
"""

from dlctl import API_VERSION
from dlctl.app.applied_keys import DRIFT_RULE, MOVE, RELEASE
from dlctl.app.key import FLAG, NAME, PATCHES, TEXT, TEXTS, VERSION, JsonSchema, Key, Keys, named, reference

__all__ = ["DRIFT_RULE", "MOVE", "NAME", "RELEASE", "JsonSchema", "Key", "Keys"]

APP: Keys = {
    "apiVersion": Key("Version of this format.", {"const": API_VERSION}, required=True),
    "kind": Key("Kind of this file.", {"const": "App"}, required=True),
    "name": Key("Name of the app: a label of every object that it applies.", NAME, required=True),
    "id": Key(
        "A UUID, which tells apart apps of one name: who owns what was applied. `dlctl init` writes it.",
        {"type": ["string", "null"], "format": "uuid"},
    ),
    "registries": Key(
        "Where packages come from, by name. `dlctl registry add` writes them.",
        named(reference("registry"), {**NAME, "not": {"const": "builtin"}}),
    ),
    "packages": Key(
        "Installed packages with version and digest, by REGISTRY/PACKAGE. `dlctl pkg install` writes them.",
        reference("packages"),
    ),
    "components": Key(
        "The components of the app, by name. `dlctl generate` adds one.", named(reference("component"))
    ),
    "moved": Key(
        "Earlier names of components and environments, so that their objects are not deleted and created. "
        "`dlctl component mv` and `dlctl env mv` write them.",
        {"type": ["array", "null"], "items": reference("move")},
    ),
    "released": Key(
        "Objects that were removed from the app and stay on clusters: nothing deletes them.",
        {"type": ["array", "null"], "items": reference("release")},
    ),
    "drift": Key(
        "Rules for fields that others change; those of environment.yaml come first.",
        {"type": ["array", "null"], "items": reference("driftRule")},
    ),
}

COMPONENT: Keys = {
    "prototype": Key(
        "The prototype that renders it: NAME, or REGISTRY/PACKAGE/NAME.",
        {"type": "string", "minLength": 1},
        required=True,
    ),
    "name": Key("Base name of its objects, where it is not the component's name.", NAME),
    "namespace": Key("Namespace of its objects, instead of the environment's.", {**NAME, "type": "string"}),
    "params": Key("Parameters in every environment, by name.", {"type": ["object", "null"]}),
    "patches": Key("Changes of rendered objects in every environment; see patches.", PATCHES),
}

ENVIRONMENT: Keys = {
    "context": Key("Context of the kubeconfig that points to the cluster.", TEXT),
    "server": Key("URL of the API server, without credentials. It selects a context, too.", TEXT),
    "clusterId": Key(
        "The pin: the UID of the cluster's namespace `kube-system`. Nothing is written to another cluster. "
        "`dlctl env set ENV --pin` writes it.",
        TEXT,
    ),
    "sandbox": Key("A sandbox of this machine, instead of context, server and clusterId.", TEXT),
    "namespace": Key(
        "Namespace of the components' objects (`default` where it is missing). It is not inherited.",
        {**NAME, "type": ["string", "null"]},
    ),
    "extends": Key(
        "Environments whose parameters, labels, patches, disabled components and package versions "
        "come first, in this order.",
        TEXTS,
    ),
    "labels": Key(
        "Additional labels of every object.",
        {"type": ["object", "null"], "additionalProperties": {"type": "string"}},
    ),
    "protected": Key("Whether commands prompt for confirmation before they change the cluster.", FLAG),
    "disabled": Key(
        "Components that this environment leaves out. `dlctl component set NAME --disabled` writes it.", TEXTS
    ),
    "patches": Key("Changes of rendered objects, by component; see patches.", named(PATCHES)),
    "packages": Key("Versions of packages that differ from the app's.", reference("packages")),
    "prune": Key(
        "`always`: `apply` and `diff` behave as with `--prune`. It is not inherited.",
        {"enum": ["always", None]},
    ),
    "drift": Key(
        "Rules for fields that others change. Those of extended environments come after.",
        {"type": ["array", "null"], "items": reference("driftRule")},
    ),
    "approve": Key(
        "Keys that approve changes: only plans signed with one of them are applied (`dlctl plan sign`). "
        "It is not inherited.",
        {"anyOf": [{"type": "null"}, reference("approve")]},
    ),
}

APPROVE: Keys = {
    "keys": Key(
        "SSH public keys, as in a .pub file, or files of the app with them.",
        {
            "type": ["string", "array"],
            "minItems": 1,
            "minLength": 1,
            "items": {"type": "string", "minLength": 1},
        },
        required=True,
    ),
}

PARAMS: Keys = {
    "params": Key(
        "Parameters for every component whose prototype declares them, by name.", {"type": ["object", "null"]}
    ),
    "components": Key("Parameters of single components, by component and name.", named({"type": "object"})),
}

SOPS_PARAMS: Keys = {
    "params": Key(
        "Secret parameters for every component whose prototype declares them, by name.",
        {"type": ["object", "null"]},
    ),
    "components": Key(
        "Secret parameters of single components, by component and name.", named({"type": "object"})
    ),
    "sops": Key("What SOPS needs to decrypt the file; it writes this.", {"type": "object"}, required=True),
}

PATCH: Keys = {
    "target": Key("Which objects of the component are changed.", reference("target"), required=True),
    "strategic": Key(
        "A strategic merge patch, as of kubectl and kustomize: mappings are merged, lists such as "
        "containers, env and volumes joined by their keys, `null` and `$patch: delete` remove.",
        {"type": "object"},
    ),
    "merge": Key(
        "A merge patch (RFC 7386): mappings are merged, lists and scalars replaced, `null` removes.",
        {"type": "object"},
    ),
    "json": Key(
        "A list of operations (RFC 6902), such as `{op: replace, path: /spec/replicas, value: 2}`. In a path "
        "`[name=web]` is the item of a list that has this field with this value.",
        {"type": "array", "items": reference("operation")},
    ),
}

PATCH_TARGET: Keys = {
    "kind": Key("Kind of the objects.", {"type": "string", "minLength": 1}, required=True),
    "name": Key("Name of the object; without it, all of this kind.", TEXT),
}

_DIGEST = {"type": ["string", "null"], "pattern": "^sha256:[0-9a-f]{64}$"}

REGISTRY: Keys = {
    "directory": Key("A directory, absolute or relative to the app.", {"type": "string"}),
    "git": Key("URL of a git repository.", {"type": "string"}),
    "ref": Key("Branch, tag or commit; the default branch if it is missing.", TEXT),
    "path": Key("Folder of the registry in the git repository.", TEXT),
    "commit": Key(
        "The commit that is used; `dlctl registry update` changes it.",
        {"type": ["string", "null"], "pattern": "^[0-9a-f]{40}([0-9a-f]{24})?$"},
    ),
    "oci": Key("HOST[:PORT]/REPOSITORY of an OCI repository.", {"type": "string"}),
    "tag": Key("Tag in the OCI repository; `latest` if it is missing.", TEXT),
    "digest": Key("The digest of the tag that is used; `dlctl registry update` changes it.", _DIGEST),
    "storage": Key("An additional host that the OCI registry may redirect downloads to.", TEXT),
    "require_signed": Key("Whether each package must be signed by one of the trusted keys.", FLAG),
    "trusted": Key(
        "Public keys whose signatures are accepted.",
        {"type": ["array", "null"], "items": reference("trustedKey")},
    ),
}

_DAY = {"type": ["string", "null"], "pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"}

TRUSTED_KEY: Keys = {
    "ssh": Key("An SSH public key, as in a .pub file.", {"type": "string"}),
    "cosign": Key("A cosign public key, in PEM.", {"type": "string"}),
    "identity": Key("Who has the key.", TEXT),
    "authority": Key("Whether the key signs certificates for the identity.", FLAG),
    "valid_after": Key("The key is trusted from this day on (UTC).", _DAY),
    "valid_before": Key("The key is trusted before this day (UTC).", _DAY),
}


PIN: Keys = {
    "version": Key("Semantic Versioning 2.0.0.", {"type": "string", "pattern": VERSION}, required=True),
    "commit": Key(
        "The commit that it was installed from; missing for a directory.",
        {"type": "string", "pattern": "^[0-9a-f]{40}([0-9a-f]{24})?$"},
    ),
    "manifest": Key("The digest of its manifest in an OCI repository.", _DIGEST),
    "digest": Key(
        "Digest over its content.", {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}, required=True
    ),
    "shadow": Key("Whether its prototypes take precedence over built-in ones.", FLAG),
    "dependency": Key("Whether only other packages need it.", FLAG),
}
