"""A prototype described for people."""

import textwrap
from collections.abc import Iterator

from dlctl.cli.output import shown_value
from dlctl.params.schema import describe_type
from dlctl.registry.model import ParamSpec, Prototype

WIDTH = 100
_OWN = (
    ("--name NAME", "Base name of the objects; else the component's name."),
    ("--namespace NAMESPACE", "Namespace of the objects; else the environment's."),
    ("--values FILE", "YAML file with parameters; options win over it."),
    ("-h, --help", "Show this text; after a prototype's name with its parameters."),
)


def usage_text(prototype: Prototype | None) -> str:
    """What `generate --help` prints, with a prototype's parameters as options where one is named."""
    name = prototype.name if prototype else "PROTOTYPE"
    lines = [f"Usage: dlctl generate {name} COMPONENT [--PARAM VALUE]...", ""]
    summary = prototype.summary if prototype else "Add a component made from a prototype to the app."
    lines += [summary, "", "Options:"]
    for option, text in _OWN:
        lines += _entry(option, text)
    if prototype:
        lines += ["", "Parameters:"]
        for spec in prototype.params.values():
            lines += _entry(f"--{spec.name.replace('_', '-')}", _about(spec))
    example = f"dlctl generate {prototype.name if prototype else 'tf-cnn'} {_component(prototype)}"
    lines += ["", f"Example: {example}", ""]
    if not prototype:
        lines[-1:] = ["         dlctl generate tf-cnn --help", ""]
    return "\n".join(lines)


def _component(prototype: Prototype | None) -> str:
    if prototype is None:
        return "cnn --num-workers 4"
    required = [spec for spec in prototype.params.values() if spec.required and not spec.has_default]
    return " ".join(
        ["my-" + prototype.name, *(f"--{spec.name.replace('_', '-')} VALUE" for spec in required)]
    )


def _entry(option: str, text: str) -> list[str]:
    wrapped = textwrap.wrap(text, WIDTH - 30) or [""]
    if len(option) > 25:
        return [f"  {option}", *(" " * 30 + line for line in wrapped)]
    return [f"  {option:<28}{wrapped[0]}", *(" " * 30 + line for line in wrapped[1:])]


def _about(spec: ParamSpec) -> str:
    words = [
        spec.description.rstrip(".") + "." if spec.description else "",
        f"[{describe_type(spec.schema)}]",
    ]
    if spec.required:
        words.append("[required]")
    elif spec.has_default:
        words.append(f"[default: {shown_value(spec.default)}]")
    return " ".join(word for word in words if word)


def describe_text(prototype: Prototype) -> str:
    """What `prototype describe` prints."""
    lines = [f"{prototype.name} ({prototype.package})", f"  {prototype.summary}", ""]
    for paragraph in prototype.description.strip().split("\n\n"):
        lines += [*textwrap.wrap(" ".join(paragraph.split()), WIDTH, break_on_hyphens=False), ""]
    lines += list(_params_text(prototype))
    if prototype.requires:
        lines += ["", "Needs in the cluster:"]
        lines += [f"  {_requirement(entry)}" for entry in prototype.requires]
    if prototype.provides:
        lines += ["", f"Provides: {', '.join(prototype.provides)}"]
    return "\n".join(lines) + "\n"


def _params_text(prototype: Prototype) -> Iterator[str]:
    for title, required in (("Required parameters:", True), ("Optional parameters:", False)):
        specs = [spec for spec in prototype.params.values() if spec.required is required]
        if specs:
            yield title
        for spec in specs:
            aliases = f" (also {', '.join(spec.aliases)})" if spec.aliases else ""
            yield f"  {spec.name}{aliases}"
            for line in textwrap.wrap(_about(spec), WIDTH - 6):
                yield f"      {line}"


def _requirement(entry: object) -> str:
    from dlctl.registry.model import Requirement

    assert isinstance(entry, Requirement)
    words = entry.kind or f"nodes with {entry.resource}"
    if entry.when != "true":
        words += f", where {entry.when}"
    return words + (f" (prototype {entry.source} provides it)" if entry.source else "")
