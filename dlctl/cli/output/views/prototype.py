"""Prototypes as text."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dlctl.cli.output.json_text import shown_value
from dlctl.cli.output.style import text_width
from dlctl.pattern import pattern
from dlctl.registry.prototypes.model import ListedPrototype, ParamSpec, Prototype, Requirement
from dlctl.text import HIDDEN, listed

if TYPE_CHECKING:  # not imported for the list of prototypes
    from dlctl.registry.prototypes.examples import Example


def shown_package(prototype: Prototype | ListedPrototype) -> str:
    """The package; of an installed one, REGISTRY/PACKAGE@VERSION."""
    source = prototype.source
    return f"{source.registry}/{prototype.package}@{source.version}" if source.version else prototype.package


def describe_text(prototype: Prototype) -> str:
    """The output of `prototype describe`."""
    from dlctl.registry.prototypes.examples import examples_of, kinds_made

    examples = examples_of(prototype)
    lines = [f"{prototype.name} ({shown_package(prototype)})", f"  {prototype.summary}", ""]
    for paragraph in prototype.description.strip().split("\n\n"):
        lines += [*_wrapped(" ".join(paragraph.split())), ""]
    lines += _section("Creates:", kinds_made(examples))
    lines += _section("Needs in the cluster:", [requirement_text(entry) for entry in prototype.requires])
    lines += _section("Provides:", prototype.provides)
    for title, specs in params_by_group(prototype):
        lines += [title, *(line for spec in specs for line in _param(spec)), ""]
    lines += _section("Examples:", [example_text(prototype, example) for example in examples])
    return "\n".join(lines[:-1]) + "\n"


def params_by_group(prototype: Prototype) -> Iterator[tuple[str, Sequence[ParamSpec]]]:
    """Headings with parameters: required ones first, then the prototype's own, then those of each group."""
    specs = list(prototype.params.values())
    required = [spec for spec in specs if spec.required and not spec.has_default]
    if required:
        yield "Required parameters:", required
    others = [spec for spec in specs if spec not in required]
    for group in dict.fromkeys(spec.group for spec in others):
        title = (
            f"Parameters shared with other prototypes, {group.replace('_', ' ')}:" if group else "Parameters:"
        )
        yield title, [spec for spec in others if spec.group == group]


def requirement_text(entry: Requirement) -> str:
    """A cluster requirement, and what provides it."""
    words = entry.kind or f"nodes with {entry.resource or _label(entry)}"
    if entry.when != "true":
        words += f", {_condition(entry.when)}"
    return words + (f"; {entry.provider} provides it" if entry.provider else "")


_IF_DECLARED = pattern(r'\("(\w+)" not in params or params\["\1"\] is none\)')
"""A condition of a group that is also true where a prototype does not have the parameter."""


_PARAM = pattern(r"\bparams\.(\w+)")


def _condition(when: str) -> str:
    """A readable form of an expression over parameters; only their names where it computes with filters."""
    if "|" in when:
        return f"depending on {listed(dict.fromkeys(_PARAM.findall(when)))}"
    words = _IF_DECLARED.sub(r"\1 is none", when).replace("params.", "")
    return f"where {words.replace(' is not none', ' is set').replace(' is none', ' is not set')}"


def _label(entry: Requirement) -> str:
    values = f" of {' or '.join(entry.values)}" if entry.values else ""
    return f"the label {' or '.join(entry.node_labels)}{values}"


def example_text(prototype: Prototype, example: "Example", indent: int = 2) -> str:
    """An example as a preview command if it fits on a line with this indent, else as its file."""
    words = [f"--{name.replace('_', '-')} {value}" for name, value in example.params.items() if _plain(value)]
    command = " ".join([f"dlctl prototype preview {prototype.name}", *words])
    if len(words) == len(example.params) and len(command) <= text_width() - indent - 2 - len(example.name):
        return f"{example.name}: {command}"
    return f"{example.name}: {prototype.source.show(prototype.folder)}/examples/{example.name}/params.yaml"


def _plain(value: object) -> bool:
    """Whether a value needs no quoting on the command line."""
    if isinstance(value, bool):
        return False
    text = str(value)
    return (
        isinstance(value, int | float | str)
        and text.isprintable()
        and not set(text) & set(" '\"$\\`*?<>|&;(){}[]#~!")
    )


def _section(title: str, entries: Sequence[str]) -> list[str]:
    if not entries:
        return []
    return [title, *(f"  {line}" for entry in entries for line in _wrapped(entry, text_width() - 2)), ""]


def _param(spec: ParamSpec) -> Iterator[str]:
    aliases = f" (also {', '.join(spec.aliases)})" if spec.aliases else ""
    yield f"  {spec.name}{aliases}"
    yield from (f"      {line}" for line in _wrapped(param_summary(spec), text_width() - 6))


def _wrapped(text: str, width: int | None = None) -> list[str]:
    return textwrap.wrap(text, width or text_width(), break_on_hyphens=False, break_long_words=False)


def param_summary(spec: ParamSpec) -> str:
    """A parameter's description, type and default."""
    from dlctl.params.described_type import describe_type

    words = [
        spec.description.rstrip(".") + "." if spec.description else "",
        f"[{describe_type(spec.shown_schema)}]",
    ]
    if spec.required:
        words.append("[required]")
    elif spec.has_default:
        words.append(f"[default: {shown_default(spec)}]")
    return " ".join(word for word in words if word)


def shown_default(spec: ParamSpec) -> str:
    """A parameter's default for display; that of a secret is hidden."""
    return HIDDEN if spec.secret and spec.default is not None else shown_value(spec.default)
