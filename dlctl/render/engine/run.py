"""One rendering: the names in scope, the files that can be reached, and the budget."""

from collections.abc import Iterator, Mapping
from typing import Any

from jinja2.utils import missing

from dlctl.errors import Location, RenderError
from dlctl.render.engine.budget import Budget
from dlctl.render.engine.compiled import Compiled, Templates
from dlctl.render.engine.context import RenderContext
from dlctl.render.engine.functions import BUILT_IN, TemplateFunction
from dlctl.render.engine.pieces import collect
from dlctl.render.engine.skeleton import Skeletons
from dlctl.render.engine.tokens import Tokens
from dlctl.render.engine.undefined import Record


class Run:
    """What the templates of one prototype share while one component is rendered."""

    __slots__ = ("budget", "names", "skeletons", "templates")

    def __init__(
        self, templates: Templates, scope: Mapping[str, Any], skeletons: Skeletons, budget: Budget
    ) -> None:
        self.templates = templates
        self.skeletons = skeletons
        self.budget = budget
        self.names: dict[str, Any] = {
            **_FUNCTIONS,
            **{
                name: Record(name, value) if isinstance(value, Mapping) else value
                for name, value in scope.items()
            },
        }

    def documents(self, template: Compiled, names: dict[str, Any]) -> list[tuple[Any, Location]]:
        """A YAML template's documents with their places."""
        tokens = Tokens()
        pieces = collect(template.pieces(RenderContext, names, self, tokens), self.budget.limits.skeleton)
        return self.skeletons.fill(pieces, tokens, self.budget, template.shown)

    def fragment(self, name: Any, /, **arguments: Any) -> Any:
        """The value of a fragment; none of an empty one."""
        template = self.templates.fragment(name)
        with self.budget.call():
            found = self.documents(template, self._with(arguments))
        if len(found) > 1:
            raise RenderError("a fragment is one value, but this has several documents", location=found[1][1])
        return found[0][0] if found else None

    def text(self, name: Any, /, **arguments: Any) -> str:
        """The text of a text template."""
        template = self.templates.text(name)
        with self.budget.call():
            pieces = template.pieces(RenderContext, self._with(arguments), self, Tokens())
            return "".join(collect(pieces, self.budget.limits.text))

    def include(
        self, name: str, names: Mapping[str, Any] | None, caller: RenderContext, optional: bool
    ) -> Iterator[str]:
        """The pieces that an included template yields into its caller's text."""
        template = self.templates.include(name, caller.path, optional)
        if template is not None:
            visible = self.names if names is None else {k: v for k, v in names.items() if v is not missing}
            with self.budget.call():
                yield from template.pieces(RenderContext, visible, self, caller.tokens)

    def _with(self, arguments: dict[str, Any]) -> dict[str, Any]:
        for name in arguments:
            if name in self.names:
                raise RenderError(f"'{name}' is already in scope", hint="give the argument another name")
        return {**self.names, **arguments}


_FUNCTIONS: dict[str, TemplateFunction] = {
    **{function.name: function for function in BUILT_IN},
    "fragment": TemplateFunction("fragment", Run.fragment),
    "text": TemplateFunction("text", Run.text),
}
