"""Unsupported syntax of Jinja2, with hints for what to use instead."""

from typing import Final

from jinja2 import nodes

_FRAGMENT = 'use a fragment: `{{ fragment("name", x=1) }}`'

REFUSED_NODES: Final[dict[type[nodes.Node], tuple[str, str]]] = {
    nodes.Macro: ("macros", _FRAGMENT),
    nodes.CallBlock: ("call blocks", _FRAGMENT),
    nodes.Import: ("imports", _FRAGMENT),
    nodes.FromImport: ("imports", _FRAGMENT),
    nodes.FilterBlock: (
        "filter blocks",
        'filter one expression: `{{ x | trim }}`; for text use `{{ text("name.txt.j2") }}`',
    ),
    nodes.AssignBlock: (
        "set blocks",
        'set one expression: `{% set x = fragment("name") %}` or `text("name.txt.j2")`',
    ),
    nodes.EvalContextModifier: ("`autoescape`", "remove it: output is never HTML"),
    nodes.Extends: ("`extends`", 'join fragments: `{{ fragment("base") | merge({...}) }}`'),
    nodes.Block: ("blocks", 'join fragments: `{{ fragment("base") | merge({...}) }}`'),
}
"""Constructs that output text; an expression must be one whole value."""

_NOT_NEEDED = "remove it: values need no quotes or indentation"
_DETERMINISTIC = "templates must be deterministic"
_JOIN = 'join the parts: `"worker-" ~ x`'

FILTER_HINTS: Final[dict[str, str]] = {
    "quote": _NOT_NEEDED,
    "squote": _NOT_NEEDED,
    "indent": _NOT_NEEDED,
    "nindent": _NOT_NEEDED,
    "toYaml": _NOT_NEEDED,
    "to_yaml": _NOT_NEEDED,
    "to_nice_yaml": _NOT_NEEDED,
    "yaml": _NOT_NEEDED,
    "safe": _NOT_NEEDED,
    "escape": _NOT_NEEDED,
    "e": _NOT_NEEDED,
    "toJson": "use `| json`",
    "to_json": "use `| json`",
    "b64enc": "use `| b64encode`",
    "random": _DETERMINISTIC,
    "shuffle": _DETERMINISTIC,
    "format": _JOIN,
    "printf": _JOIN,
    "combine": "use `| merge(...)`",
    "attr": "write `x.name` or `x[name]`",
    "wordwrap": "strings are written unchanged",
    "raw": "`raw` is for text templates only; values are never quoted",
}
"""Hints for filters of Jinja2, Ansible and Helm."""
