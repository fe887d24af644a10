"""Names and values of parameters, for shell completion; imported where a word of one is completed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from dlctl.cli.runtime import Runtime
from dlctl.errors import DlctlError
from dlctl.params.described_type import referred_schema
from dlctl.registry.prototypes.model import ParamSpec, Prototype

Named = Iterator[tuple[str, str]]
"""Suggestions with their descriptions."""


def param_names(runtime: Runtime, component: str = "") -> Named:
    """The parameters of a component, or of all."""
    prototypes = _prototypes(runtime, [component] if component else ())
    specs = {spec.name: spec for each in prototypes for spec in each.params.values()}
    yield from ((spec.name, spec.description) for spec in specs.values())


def component_of_run(runtime: Runtime, run: str) -> list[str]:
    """The component whose run has this name, such as `cnn-r3`; none where the name does not tell."""
    known = runtime.app().components
    found = [name for name, each in known.items() if run.startswith(f"{each.base_name}-")]
    return [max(found, key=lambda name: len(known[name].base_name))] if found else []


def param_values(runtime: Runtime, component: str, name: str) -> Named:
    """The values of a component's parameter; with no component, of all that declare it."""
    return _values(_prototypes(runtime, [component] if component else ()), name)


def pairs(runtime: Runtime, component: str, incomplete: str) -> Named:
    """`NAME=VALUE` for a word that begins with `NAME=`."""
    name, equals, _ = incomplete.partition("=")
    found = param_values(runtime, component, name) if equals else ()
    yield from ((f"{name}={value}", text) for value, text in found)


def option_names(runtime: Runtime, prototype: str) -> Named:
    """The parameters of a prototype, as options."""
    for spec in runtime.catalogue().find(prototype).params.values():
        yield f"--{spec.name.replace('_', '-')}", spec.description


def option_values(runtime: Runtime, prototype: str, option: str) -> Named:
    """The values of a prototype's parameter by its option."""
    return _values([runtime.catalogue().find(prototype)], option.lstrip("-"))


def settings(runtime: Runtime, components: Sequence[str], incomplete: str) -> Named:
    """`NAME=` and `COMPONENT.NAME=`, and with `=VALUE` once a name is there.

    `components` are the selected ones; none: all.
    """
    known = runtime.app().components
    stated, equals, _ = incomplete.partition("=")
    component, dot, name = stated.rpartition(".")
    if dot and component not in known:
        return
    chosen = [component] if dot else list(components)
    if equals:
        found = _values(_prototypes(runtime, chosen), name)
        yield from ((f"{stated}={value}", text) for value, text in found)
        return
    if not dot and len(known) > 1:
        yield from ((f"{each}.", known[each].prototype) for each in chosen or known if each in known)
    specs = {spec.name: spec for each in _prototypes(runtime, chosen) for spec in each.params.values()}
    yield from ((f"{component}{dot}{spec.name}=", spec.description) for spec in specs.values())


def _prototypes(runtime: Runtime, components: Sequence[str]) -> Iterator[Prototype]:
    """The prototypes of these components, or of all; those that cannot be read are left out."""
    app, catalogue = runtime.app(), runtime.catalogue()
    found = [app.components[name] for name in components or app.components if name in app.components]
    for reference in dict.fromkeys(each.prototype for each in found):
        try:
            yield catalogue.find(reference)
        except DlctlError:  # those of the others are suggested still
            continue


def _values(prototypes: Iterable[Prototype], name: str) -> Named:
    specs = [spec for each in prototypes if (spec := each.typed_spec(name)) is not None]
    if not any(spec.secret for spec in specs):
        yield from ((choice, "") for choice in dict.fromkeys(chain.from_iterable(map(_choices, specs))))


def _choices(spec: ParamSpec) -> Iterable[str]:
    """The values of an enumeration or a truth value, also as the items of a list; none for a secret."""
    schema = spec.shown_schema
    return () if spec.secret else dict.fromkeys(_of_schema(schema, schema.get("$defs", {})))


def _of_schema(schema: Mapping[str, Any], named: Mapping[str, Any]) -> Iterator[str]:
    schema = referred_schema(schema, named)
    types = schema.get("type", ())
    if "enum" in schema:
        yield from (_text(choice) for choice in schema["enum"] if choice is not None)
    elif "boolean" in ((types,) if isinstance(types, str) else types):
        yield from ("true", "false")
    for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), schema.get("items")):
        if isinstance(branch, Mapping):
            yield from _of_schema(branch, named)


def _text(choice: Any) -> str:
    return str(choice).lower() if isinstance(choice, bool) else str(choice)
