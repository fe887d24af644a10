"""The keys of what dlctl.yaml and environment.yaml say about objects that were applied before."""

from dlctl.app.key import TEXT, TEXTS, Key, Keys

MOVE: Keys = {
    "from": Key(
        "The earlier name: components/NAME or environments/NAME.",
        {"type": "string", "pattern": "^(components|environments)/.+$"},
        required=True,
    ),
    "to": Key(
        "The name now, with the same beginning.",
        {"type": "string", "pattern": "^(components|environments)/.+$"},
        required=True,
    ),
}

RELEASE: Keys = {
    "kind": Key("KIND, or GROUP/KIND.", {"type": "string", "minLength": 1}, required=True),
    "name": Key("The object's name.", {"type": "string", "minLength": 1}, required=True),
    "component": Key("The component that created it. Default: any component.", TEXT),
}

DRIFT_RULE: Keys = {
    "kind": Key("KIND, or GROUP/KIND.", {"type": "string", "minLength": 1}, required=True),
    "fields": Key("JSON pointers, such as /spec/replicas; `*` is any one step. Default: all fields.", TEXTS),
    "managers": Key("Field managers. Default: all managers.", TEXTS),
    "rule": Key(
        "`ours`: apply takes over the field; `adopt`: apply keeps the value found on the cluster; "
        "`ignore`: the field is left out of the apply.",
        {"enum": ["ours", "adopt", "ignore"]},
        required=True,
    ),
}
