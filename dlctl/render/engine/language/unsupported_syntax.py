"""Parts of Jinja2 that templates do not have, each with the form to use instead."""

from typing import Final

from jinja2 import nodes

_FRAGMENT = 'put it into a fragment and call it: `{{ fragment("name", x=1) }}`'

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
    nodes.EvalContextModifier: ("`autoescape`", "drop it: values never become markup"),
    nodes.Extends: ("`extends`", 'join fragments: `{{ fragment("base") | merge({...}) }}`'),
    nodes.Block: ("blocks", 'join fragments: `{{ fragment("base") | merge({...}) }}`'),
}
"""Constructs whose output is text, which cannot keep the rule of one whole value."""

_AS_IT_IS = "drop it: a value stands as it is, without quotes or indentation"
_NO_CHANCE = "the same files must always give the same bytes"
_JOIN = 'join the parts: `"worker-" ~ x`'

FILTER_HINTS: Final[dict[str, str]] = {
    "quote": _AS_IT_IS,
    "squote": _AS_IT_IS,
    "indent": _AS_IT_IS,
    "nindent": _AS_IT_IS,
    "toYaml": _AS_IT_IS,
    "to_yaml": _AS_IT_IS,
    "to_nice_yaml": _AS_IT_IS,
    "yaml": _AS_IT_IS,
    "safe": _AS_IT_IS,
    "escape": _AS_IT_IS,
    "e": _AS_IT_IS,
    "toJson": "use `| json`",
    "to_json": "use `| json`",
    "b64enc": "use `| b64encode`",
    "random": _NO_CHANCE,
    "shuffle": _NO_CHANCE,
    "format": _JOIN,
    "printf": _JOIN,
    "combine": "use `| merge(...)`",
    "attr": "write `x.name` or `x[name]`",
    "wordwrap": "texts are written as they are",
    "raw": "`raw` is for text templates only; a value stands as it is",
}
"""Filters that people know from Jinja2, Ansible or Helm."""
