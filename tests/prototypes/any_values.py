"""Hypothesis strategies for the parameters of a prototype, derived from their JSON Schemas."""

import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

from dlctl.params.schema import problems_of
from dlctl.registry.prototypes.model import ParamSpec, Prototype
from dlctl.yamlio.load import load_file
from tests.prototypes.examples import EXAMPLES

Json = Any
Schema = Mapping[str, Any]
Values = dict[str, Json]

HOSTILE = (
    "a\nb: c\n- d",
    "a: b #c",
    "{{ params }}{% raw %}",
    '"\\" \'',
    "\x00\x07\x1b[31m\x7f\x85\u2028\ufeff",
    "{{ x }}: -\n" + "}: - #\n" * 9400,
    "🧠é\U0010ffff",
    "--- !!python/object:os.system",
    "$(HOME) ${HOME} `id` $((1))",
)
"""Texts that would break out of their place if templates were text."""
LONG = "x" * 65536
"""What patterns of names let through where there is no maxLength."""
ANYTHING = st.characters(codec="utf-8")


def examples_of(prototype: Prototype) -> list[Values]:
    """The parameters of a prototype's examples, by their canonical names."""
    return [_canonical(prototype, values) for values in _examples_of(prototype.name)]


@functools.cache
def _examples_of(prototype: str) -> list[Values]:
    files = [example.params for example in EXAMPLES if example.prototype == prototype]
    return [load_file(file).value or {} for file in files]


def params_of(prototype: Prototype) -> st.SearchStrategy[Values]:
    """An example's parameters, of which some are replaced by any values that their schemas accept.

    Values drawn for every parameter at once would nearly always break one of the rules.
    """
    chosen = st.lists(st.sampled_from(tuple(prototype.params)), max_size=4, unique=True)
    accepted_by = {name: accepted(spec) for name, spec in prototype.params.items()}

    @st.composite
    def values(draw: st.DrawFn) -> Values:
        changed = {name: draw(accepted_by[name]) for name in draw(chosen)}
        return {**draw(st.sampled_from(examples_of(prototype))), **changed}

    return values()


def accepted(spec: ParamSpec) -> st.SearchStrategy[Json]:
    """Values that a parameter's schema accepts."""
    return values_of(_without_refs(spec.schema, spec.schema.get("$defs", {}))).filter(
        functools.partial(accepts, spec)
    )


def accepts(spec: ParamSpec, value: Json) -> bool:
    """Whether a parameter's schema accepts a value."""
    return not any(problems_of(spec, value, "", None))


def _without_refs(schema: Json, named: Mapping[str, Json]) -> Json:
    """The schema with its named parts in place of their $refs."""
    if isinstance(schema, list):
        return [_without_refs(each, named) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {
        key: _without_refs(value, named) for key, value in schema.items() if key not in ("$ref", "$defs")
    }
    if "$ref" in schema:
        return {**_without_refs(named[schema["$ref"].rpartition("/")[2]], named), **found}
    return found


def values_of(schema: Schema) -> st.SearchStrategy[Json]:
    """Values that mostly fit a schema: conditions (`not`, `if`, …) are left to a filter."""
    return _values_of(json.dumps(schema))


@functools.cache
def _values_of(text: str) -> st.SearchStrategy[Json]:
    """Made once for all parameters of one schema: to make a strategy takes longer than to draw from it."""
    schema = json.loads(text)
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    for word in ("oneOf", "anyOf"):
        if word in schema:
            rest = {key: value for key, value in schema.items() if key != word}
            return st.one_of([values_of({**rest, **branch}) for branch in schema[word]])
    return st.one_of([_OF_TYPE[name](schema) for name in _types(schema)])


def string_places(value: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every string inside a value; keys are no strings."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from string_places(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from string_places(item, (*path, index))


def _canonical(prototype: Prototype, values: Mapping[str, Json]) -> Values:
    specs = {name: prototype.spec(name) for name in values}
    return {spec.name: values[name] for name, spec in specs.items() if spec is not None}


def _types(schema: Schema) -> tuple[str, ...]:
    declared = schema.get("type", "object" if "properties" in schema else "string")
    return (declared,) if isinstance(declared, str) else tuple(declared)


def _strings(schema: Schema) -> st.SearchStrategy[str]:
    most = schema.get("maxLength", 65536)
    if "pattern" in schema:
        pattern = re.compile(_pattern(schema["pattern"]))
        long = [LONG] if most >= len(LONG) and pattern.search(LONG) else []
        matching = st.from_regex(pattern, alphabet=ANYTHING).filter(lambda text: len(text) <= most)
        return (
            matching | st.sampled_from(range(len(long))).map(lambda index: long[index]) if long else matching
        )
    fitting = [text for text in HOSTILE if len(text) <= most]
    hostile = st.sampled_from(range(len(fitting))).map(
        fitting.__getitem__
    )  # by number: a repr is made of them
    return st.text(ANYTHING, min_size=schema.get("minLength", 0), max_size=min(most, 20)) | hostile


def _pattern(pattern: str) -> str:
    r"""The same for Python, whose `$` also matches before a last line break."""
    return re.sub(r"(?<!\\)\$", r"\\Z", pattern)


def _integers(schema: Schema) -> st.SearchStrategy[int]:
    least, most = schema.get("minimum"), schema.get("maximum")
    if "exclusiveMinimum" in schema:
        least = int(schema["exclusiveMinimum"]) + 1
    bounds = [bound for bound in (least, most) if bound is not None]
    near = st.sampled_from(bounds) if bounds else st.integers(-3, 3)
    return near | st.integers(least, most)


def _numbers(schema: Schema) -> st.SearchStrategy[float]:
    above = "exclusiveMinimum" in schema
    return st.floats(
        schema.get("exclusiveMinimum", schema.get("minimum")),
        schema.get("maximum"),
        exclude_min=above,
        allow_nan=False,
        allow_infinity=False,
    )


def _arrays(schema: Schema) -> st.SearchStrategy[list[Json]]:
    least = schema.get("minItems", 0)
    most = min(schema.get("maxItems", 3), max(least, 3))
    unique_by = repr if schema.get("uniqueItems") else None
    return st.lists(values_of(schema.get("items", {})), min_size=least, max_size=most, unique_by=unique_by)


def _objects(schema: Schema) -> st.SearchStrategy[Values]:
    declared = {name: values_of(inner) for name, inner in schema.get("properties", {}).items() if inner}
    required = {name: declared[name] for name in schema.get("required", ()) if name in declared}
    optional = {name: inner for name, inner in declared.items() if name not in required}
    named = st.fixed_dictionaries(required, optional=optional)
    more = schema.get("additionalProperties")
    if not more:
        return named
    keys = values_of({"type": "string", **schema.get("propertyNames", {})})
    others = values_of(more if isinstance(more, Mapping) else {})
    least, most = schema.get("minProperties", 0), min(schema.get("maxProperties", 3), 3)
    free = st.dictionaries(keys, others, min_size=least, max_size=most)
    return st.builds(lambda one, other: {**other, **one}, named, free)


_OF_TYPE: dict[str, Callable[[Schema], st.SearchStrategy[Json]]] = {
    "string": _strings,
    "integer": _integers,
    "number": _numbers,
    "boolean": lambda schema: st.booleans(),
    "array": _arrays,
    "object": _objects,
    "null": lambda schema: st.none(),
}
