"""The keys of readiness files, as `file_keys` has those of the other files."""

from dlctl import API_VERSION
from dlctl.app.key import FLAG, TEXT, TEXTS, Key, Keys, reference

_PATH = {"type": "string", "pattern": r"^(metadata|spec|status)(\.[A-Za-z0-9_-]+)*$"}
_OPTIONAL_PATH = {"anyOf": [_PATH, {"type": "null"}]}
_BOUND = {"anyOf": [{"type": "integer", "minimum": 0}, _PATH, {"type": "null"}]}

READINESS: Keys = {
    "apiVersion": Key("Version of this format.", {"const": API_VERSION}, required=True),
    "kind": Key("Kind of this file.", {"const": "Readiness"}, required=True),
    "like": Key("KIND.GROUP of a kind with the same rules; then there are no other keys.", TEXT),
    "operator": Key("What is missing where no controller writes a status, such as `Tekton`.", TEXT),
    "job": Key("For a kind whose program runs to completion.", reference("job")),
    "serves": Key("For a kind whose pods serve requests until they are deleted.", reference("serves")),
    "withoutStatus": Key("Objects without a status are judged, too.", FLAG),
    "rules": Key(
        "The first rule that matches decides; a rule matches where all its tests are true.",
        {"type": ["array", "null"], "items": reference("rule")},
    ),
    "references": Key(
        "Fields with the name of another object, which is applied first.",
        {"type": ["array", "null"], "items": reference("reference")},
    ),
    "namedBy": Key(
        "How objects of any kind name one of this kind, which is applied before them.", reference("namedBy")
    ),
    "holds": Key("For a kind that a queue or a gang scheduler creates for a job.", reference("holds")),
}

READINESS_JOB: Keys = {
    "podLabel": Key("The label of its pods that has the job's name.", TEXT),
    "roleLabel": Key("The label of its pods that has their role, such as `worker`.", TEXT),
    "queue": Key("The path of the name of the queue that it is in.", _OPTIONAL_PATH),
    "suspend": Key("The path of the field that stops its pods while it is true.", _OPTIONAL_PATH),
    "keepsPods": Key("Pods that exist stay as they are when the job's template is changed.", FLAG),
}

READINESS_SERVES: Keys = {
    "podLabel": Key("The label of its pods that has the object's name.", TEXT),
    "podLabels": Key("Additional labels that all of its pods have, as `KEY=VALUE`.", TEXTS),
}

READINESS_REFERENCE: Keys = {
    "field": Key("The path of the field, such as `spec.pool`.", _PATH, required=True),
    "kind": Key(
        "KIND.GROUP of the object, or KIND for one of the core group.",
        {"type": "string", "minLength": 1},
        required=True,
    ),
}

READINESS_NAMED_BY: Keys = {
    "fields": Key(
        "Names of fields, anywhere in a spec, with its name, or with a list of `{name: …}`.", TEXTS
    ),
    "labels": Key("Labels with its name.", TEXTS),
}

READINESS_HOLDS: Keys = {
    "layer": Key("What holds the job.", {"enum": ["queue", "gang"]}, required=True),
    "jobLabel": Key("The label of a job with the name of its queue.", TEXT),
    "ownerLabel": Key("Its label with the UID of the job; otherwise the job owns it.", TEXT),
    "queue": Key("The path of the queue's name.", _OPTIONAL_PATH),
    "size": Key("The path of the number of pods that start together.", _OPTIONAL_PATH),
    "active": Key("The path of the field that is false while the job is suspended.", _OPTIONAL_PATH),
}

READINESS_RULE: Keys = {
    "is": Key(
        "What the object is. A rule of a job can have `phase` instead.",
        {"enum": ["ready", "progressing", "failed", None]},
    ),
    "phase": Key(
        "The job's phase: Running, Succeeded and Suspended are ready, Failed is failed, others in progress.",
        {
            "enum": [
                "Queued",
                "Suspended",
                "Pending",
                "Starting",
                "Running",
                "Restarting",
                "Succeeded",
                "Failed",
                None,
            ]
        },
    ),
    "condition": Key(
        "A type of condition, which must be true; or `{type, status, reason}`.",
        {"anyOf": [{"type": ["string", "null"]}, reference("condition")]},
    ),
    "field": Key(
        "A field: its path, or `{path, in, atLeast, below, default}`.",
        {"anyOf": [{"type": ["string", "null"]}, reference("field")]},
    ),
    "when": Key(
        "An expression over `object`, `metadata`, `spec`, `status` and `conditions` (by type). Where a "
        "field is missing, the rule does not match.",
        TEXT,
    ),
    "reason": Key("One word; otherwise the condition's reason.", TEXT),
    "message": Key("A string; otherwise the condition's message.", TEXT),
    "messageFrom": Key("An expression that gives the message.", TEXT),
    "ended": Key("How a job finished, such as `aborted`; otherwise as the phase is called.", TEXT),
    "final": Key("False where the job continues later; otherwise Succeeded and Failed are final.", FLAG),
}

READINESS_CONDITION: Keys = {
    "type": Key("Type of the condition.", {"type": "string", "minLength": 1}, required=True),
    "status": Key("Its states: `True` (where this is missing), `False`, `Unknown`, in quotes.", TEXTS),
    "reason": Key("Reasons, of which it must have one.", TEXTS),
}

READINESS_FIELD: Keys = {
    "path": Key("Path from metadata, spec or status, such as `status.phase`.", _PATH, required=True),
    "in": Key("Values, of which it must have one.", {"type": ["array", "null"]}),
    "atLeast": Key("A number, or the path of one, that it must not be below.", _BOUND),
    "below": Key("A number, or the path of one, that it must be below.", _BOUND),
    "default": Key("Its value where it is missing.", {}),
}
"""A field without `in`, `atLeast` and `below` must be there."""
