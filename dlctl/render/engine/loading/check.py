"""Static checks of a template: unsupported constructs and unknown filters, tests and files."""

import math
from collections.abc import Iterator
from typing import TypeVar

from jinja2 import nodes

from dlctl.errors import Location, RenderError
from dlctl.render.engine.language.unsupported_syntax import FILTER_HINTS, REFUSED_NODES
from dlctl.render.engine.loading.environment import TemplateEnvironment
from dlctl.render.engine.model import Reference
from dlctl.suggest import did_you_mean

Kind = TypeVar("Kind", bound=nodes.Node)
ENDINGS = ("python", "shell", "json", "raw")
"""Output filters: each expression of a text template must end with one."""


class Nodes:
    """All nodes of a parsed template, walked once: Jinja2's walk is slow, and there are many checks."""

    def __init__(self, tree: nodes.Template) -> None:
        self._all = tuple(tree.find_all(nodes.Node))

    def of(self, *kinds: type[Kind]) -> Iterator[Kind]:
        """The nodes of these kinds, in template order."""
        return (node for node in self._all if isinstance(node, kinds))


def check(tree: Nodes, environment: TemplateEnvironment, shown: str, is_text: bool) -> list[RenderError]:
    """Every problem of a parsed template, by line."""
    problems = [
        *_constructs(tree, shown),
        *_names(tree, environment, shown),
        *(_endings(tree, shown) if is_text else ()),
    ]
    return sorted(problems, key=lambda problem: problem.location or Location(shown))


def references(tree: Nodes, shown: str) -> list[Reference]:
    """The files that a template refers to by a string literal."""
    found = [
        _reference("include", include.template, shown)
        for include in tree.of(nodes.Include)
        if isinstance(include.template, nodes.Const) and not include.ignore_missing
    ]
    for call in tree.of(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in ("fragment", "text"):
            first = call.args[0] if call.args else None
            if isinstance(first, nodes.Const):
                found.append(_reference(call.node.name, first, shown))
    return found


def _reference(kind: str, name: nodes.Const, shown: str) -> Reference:
    return Reference(kind, str(name.value), Location(shown, name.lineno))


def _constructs(tree: Nodes, shown: str) -> Iterator[RenderError]:
    for kind, (what, hint) in REFUSED_NODES.items():
        for node in tree.of(kind):
            yield RenderError(
                f"unsupported syntax: {what}",
                location=Location(shown, node.lineno),
                hint=hint,
            )
    for loop in tree.of(nodes.For):
        if loop.recursive:
            yield RenderError(
                "unsupported syntax: recursive loops",
                location=Location(shown, loop.lineno),
                hint="call a fragment for each item; it may call itself",
            )
    for number in tree.of(nodes.Const):
        if isinstance(number.value, float) and not math.isfinite(number.value):
            yield RenderError("number too large", location=Location(shown, number.lineno))
    for name in tree.of(nodes.Name):
        if name.name == "self":
            yield RenderError("unsupported syntax: `self`", location=Location(shown, name.lineno))


def _names(tree: Nodes, environment: TemplateEnvironment, shown: str) -> Iterator[RenderError]:
    for node in tree.of(nodes.Filter, nodes.Test):
        is_filter = isinstance(node, nodes.Filter)
        known = environment.filters if is_filter else environment.tests
        if node.name not in known:
            hint = FILTER_HINTS.get(node.name) if is_filter else None
            names = [name for name in known if name.isidentifier()]
            yield RenderError(
                f"unknown {'filter' if is_filter else 'test'} '{node.name}'",
                location=Location(shown, node.lineno),
                hint=hint or did_you_mean(node.name, names) or f"known names: {', '.join(sorted(names))}",
            )


def _endings(tree: Nodes, shown: str) -> Iterator[RenderError]:
    for output in tree.of(nodes.Output):
        for child in output.nodes:
            if isinstance(child, nodes.TemplateData):
                continue
            if not (isinstance(child, nodes.Filter) and child.name in ENDINGS):
                yield RenderError(
                    "expression in a text template needs an output filter",
                    location=Location(shown, child.lineno),
                    hint="end it with `| python`, `| shell` or `| json`, or with `| raw` for no quoting; "
                    "put parentheses around an expression of several parts",
                )
