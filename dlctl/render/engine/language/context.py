"""What compiled template code talks to while it runs."""

from collections.abc import Iterator
from typing import Any, Protocol

from jinja2.runtime import Context

from dlctl.errors import RenderError
from dlctl.render.engine.budget import Budget
from dlctl.render.engine.language.undefined import Missing
from dlctl.render.engine.skeleton.tokens import Tokens
from dlctl.render.engine.values import as_text, describe


class Run(Protocol):
    """What a context needs of the rendering that it is part of: `run.Run` gives it."""

    budget: Budget

    def include(
        self, name: str, names: dict[str, Any] | None, caller: "RenderContext", optional: bool
    ) -> Iterator[str]:
        """The pieces that an included template yields."""
        ...


class RenderContext(Context):
    """The names that one template sees, and the run that it is part of."""

    def __init__(self, environment: Any, names: dict[str, Any], path: str, run: Run, tokens: Tokens) -> None:
        # Not Context.__init__, which also prepares template inheritance: a third of a small fragment's time.
        self.parent = names
        self.vars = {}
        self.environment = environment
        self.eval_ctx = environment.shared_eval_context
        self.exported_vars = set()
        self.name = self.path = path
        self.blocks = {}
        self.run = run
        self.tokens = tokens

    def undefined(self, hint: str | None = None, name: str | None = None) -> Missing:
        """What a name that nobody defined becomes."""
        return Missing(hint, name=name, known=self.parent)

    def token(self, line: int, value: Any) -> str:
        """Keep an expression's value; the token to write in its place."""
        return self.tokens.add(value, self.path, line)

    def write(self, line: int, value: Any) -> str:
        """The text of an expression in a text template."""
        return as_text(value)

    def weighed(self, value: Any) -> Any:
        """The value itself, counted before an operator walks over it."""
        if isinstance(value, Missing):
            value.fail()
        self.run.budget.weigh(value)
        return value

    def concatenate(self, parts: tuple[Any, ...]) -> str:
        """`a ~ b`: scalars joined to one text."""
        texts = [as_text(part) for part in parts]
        self.run.budget.length_of_text(sum(map(len, texts)))
        return "".join(texts)

    def include(self, name: Any, variables: dict[str, Any] | None, ignore_missing: bool) -> Iterator[str]:
        """The pieces that an included template yields."""
        if isinstance(name, Missing):
            name.fail()
        if not isinstance(name, str):
            raise RenderError(f"include takes a file's name, not {describe(name)}")
        names = None if variables is None else {**self.get_all(), **variables}
        return self.run.include(name, names, self, ignore_missing)
