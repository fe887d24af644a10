"""The template engine: Jinja2 in which every expression is one whole YAML value.

An expression writes a token into the text. The resulting text, the skeleton, is parsed as YAML, and
the tokens are then replaced by the values. So a value can never change the structure of the YAML.

Template features:

* Files: `*.yaml.j2` is rendered, `_*.yaml.j2` only included, `*.yaml` used unchanged, any other
  `*.j2` is a text template. Names are paths in the templates folder, then in the fragment folders.
* Statements: `if`, `for … if … else`, `set`, `with`, `include`, `raw`. A loop over none has no steps.
* A key whose expression is none is omitted. In a list, inside a value, and as a literal `null`, none
  stays. `x if y` without `else` is none.
* `fragment("name", x=1)` is the value of a fragment, which can use the scope and its arguments;
  `text("name.txt.j2", x=1)` is the output of a text template; `range(…)`, `namespace(…)`.
* Operators: `~` joins scalars to a string (booleans as `true`, `false`; none is an error), `+` adds
  numbers and joins lists, `*` repeats; comparisons, `in`, `and`, `or`, `not`, slices.
* Marked (secret) values keep their mark wherever they go, see `secret_values`.
* `x.y` is only a mapping's key, or, for a string, one of `undefined.TEXT_METHODS`.
* Filters are those of `filters.FILTERS`, tests those of `predicates.TESTS`; for familiar
  features of Jinja2, Ansible and Helm that are missing, `unsupported_syntax` has hints.
"""
