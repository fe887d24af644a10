"""The template engine: Jinja2 in which every expression stands for one whole value.

An expression writes a token into the text; the text, now a plain skeleton, is parsed as YAML; the
tokens are then replaced by the values. So no value can break out of its place.

What templates have:

* Files: `*.yaml.j2` is rendered, `_*.yaml.j2` only included, `*.yaml` taken as it is, any other
  `*.j2` is a text template. Names are paths in the templates folder, then in the fragment folders.
* Statements: `if`, `for … if … else`, `set`, `with`, `include`, `raw`. A loop over none is empty.
* A key whose expression is none is left out; in a list, inside a value, and as a literal `null`,
  none stays. `x if y` without `else` is none.
* `fragment("name", x=1)` is the value of a fragment, which sees the scope and its arguments;
  `text("name.txt.j2", x=1)` is the text of a text template; `range(…)`, `namespace(…)`.
* Operators: `~` joins scalars to text (booleans as `true`, `false`; none is an error), `+` adds
  numbers and joins lists, `*` repeats; comparisons, `in`, `and`, `or`, `not`, slices.
* `x.y` is a mapping's key and nothing else; on a text, one of `undefined.TEXT_METHODS`.
* Filters are those of `filters.FILTERS`, tests those of `predicates.TESTS`; what people know from
  Jinja2, Ansible or Helm and will miss is in `refused`, with the form to use instead.
"""
