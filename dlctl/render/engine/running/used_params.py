"""Which parameters the expressions of a template use."""

from collections.abc import Iterable, Iterator, Mapping

from jinja2 import nodes
from msgspec import Struct

from dlctl.errors import Location
from dlctl.render.engine.loading.environment import TemplateEnvironment
from dlctl.render.engine.loading.template_files import YAML_TEMPLATE

_DEEPEST = 8
"""The longest chain of names that are set from each other."""
_IN_SCOPE = frozenset(
    {"params", "nulls", "roles", "component", "environment", "cluster", "loop", "fragment", "text", "range"}
)
"""Names that are no arguments of a fragment."""


class _File(Struct, frozen=True):
    """A parsed template: the expressions of the names that it sets, and its calls of fragments."""

    template: nodes.Template
    variables: Mapping[str, nodes.Node]
    calls: tuple[nodes.Call, ...]


class UsedParams:
    """Reads templates, given by their names in errors; each is parsed once."""

    def __init__(self, environment: TemplateEnvironment, files: Mapping[str, str]) -> None:
        self._environment = environment
        self._files = files
        self._parsed: dict[str, _File] = {}

    def on_line(self, location: Location) -> frozenset[str]:
        """The names of the parameters in the expressions that begin on this line of a file."""
        if location.path not in self._files:
            return frozenset()
        outputs = self._file(location.path).template.find_all(nodes.Output)
        expressions = (part for output in outputs for part in output.nodes if part.lineno == location.line)
        return frozenset(name for part in expressions for name in self._params(part, location.path, _DEEPEST))

    def _file(self, path: str) -> _File:
        if path not in self._parsed:
            template = self._environment.parse(self._files[path])
            calls = tuple(call for call in template.find_all(nodes.Call) if _fragment_of(call))
            self._parsed[path] = _File(template, dict(_variables(template)), calls)
        return self._parsed[path]

    def _params(self, node: nodes.Node, path: str, depth: int) -> Iterator[str]:
        """The parameters in an expression: in names that it uses and in arguments of its fragment too."""
        for part in (node, *node.find_all((nodes.Getattr, nodes.Getitem, nodes.Name))):
            if isinstance(part, nodes.Getattr) and _is_params(part.node):
                yield part.attr
            elif isinstance(part, nodes.Getitem) and _is_params(part.node):
                yield from [str(part.arg.value)] if isinstance(part.arg, nodes.Const) else []
            elif isinstance(part, nodes.Name) and depth:
                yield from self._variable(part.name, path, depth - 1)

    def _variable(self, name: str, path: str, depth: int) -> Iterator[str]:
        variables = self._file(path).variables
        if name in variables:
            yield from self._params(variables[name], path, depth)
        elif name not in _IN_SCOPE:
            fragment = path.rpartition("/")[2].removesuffix(YAML_TEMPLATE)
            for caller in list(self._files):
                for value in _arguments(self._file(caller).calls, fragment, name):
                    yield from self._params(value, caller, depth)


def _arguments(calls: Iterable[nodes.Call], fragment: str, name: str) -> Iterator[nodes.Node]:
    """What is passed to a fragment as this argument."""
    for call in calls:
        if _fragment_of(call) == fragment:
            yield from (each.value for each in call.kwargs if each.key == name)


def _fragment_of(call: nodes.Call) -> str:
    """The fragment that is called; empty for other calls."""
    named = isinstance(call.node, nodes.Name) and call.node.name == "fragment" and call.args
    return str(call.args[0].value) if named and isinstance(call.args[0], nodes.Const) else ""


def _variables(template: nodes.Template) -> Iterator[tuple[str, nodes.Node]]:
    """The names that a template sets, each with the expression of its value."""
    for node in template.find_all((nodes.Assign, nodes.For, nodes.With)):
        if isinstance(node, nodes.Assign):
            yield from ((name, node.node) for name in _names(node.target))
        elif isinstance(node, nodes.For):
            yield from ((name, node.iter) for name in _names(node.target))
        elif isinstance(node, nodes.With):
            for target, value in zip(node.targets, node.values, strict=True):
                yield from ((name, value) for name in _names(target))


def _names(target: nodes.Node) -> Iterator[str]:
    if isinstance(target, nodes.Name):
        yield target.name
    yield from (each.name for each in target.find_all(nodes.Name))


def _is_params(node: nodes.Node) -> bool:
    """Whether it is `params`, or that of a role: `roles.worker`, `roles[role]`."""
    if isinstance(node, nodes.Getattr | nodes.Getitem):
        return isinstance(node.node, nodes.Name) and node.node.name == "roles"
    return isinstance(node, nodes.Name) and node.name == "params"
