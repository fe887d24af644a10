"""The context that compiled template code uses while it runs."""

from collections.abc import Iterator
from typing import Any, Protocol

from jinja2.runtime import Context

from dlctl.errors import RenderError
from dlctl.render.engine.budget import Budget
from dlctl.render.engine.language.undefined import Missing
from dlctl.render.engine.secret_values import Derived
from dlctl.render.engine.skeleton.tokens import Tokens
from dlctl.render.engine.values import as_text, describe


class Run(Protocol):
    """The part of `run.Run` that a context needs."""

    budget: Budget
    derived: Derived | None

    def include(
        self, name: str, names: dict[str, Any] | None, caller: "RenderContext", optional: bool
    ) -> Iterator[str]:
        """The pieces that an included template yields."""
        ...


class RenderContext(Context):
    """The names in scope of one template, and its run."""

    def __init__(self, environment: Any, names: dict[str, Any], path: str, run: Run, tokens: Tokens) -> None:
        # Context.__init__ is skipped: it also prepares template inheritance, which is slow.
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
        """The value of an undefined name."""
        return Missing(hint, name=name, known=self.parent)

    def token(self, line: int, value: Any) -> str:
        """Store an expression's value and return its token."""
        return self.tokens.add(value, self.path, line)

    def write(self, line: int, value: Any) -> str:
        """The text of an expression in a text template."""
        return as_text(value)

    def weighed(self, value: Any) -> Any:
        """The value, counted before an operator walks over it."""
        if isinstance(value, Missing):
            value.fail()
        self.run.budget.weigh(value)
        return value

    def concatenate(self, parts: tuple[Any, ...]) -> str:
        """`a ~ b`: scalars joined to one string."""
        texts = [as_text(part) for part in parts]
        self.run.budget.length_of_text(sum(map(len, texts)))
        joined = "".join(texts)
        return joined if self.run.derived is None else self.run.derived.of_scalars(joined, texts)

    def include(self, name: Any, variables: dict[str, Any] | None, ignore_missing: bool) -> Iterator[str]:
        """The pieces that an included template yields."""
        if isinstance(name, Missing):
            name.fail()
        if not isinstance(name, str):
            raise RenderError(f"include needs a file name, found {describe(name)}")
        names = None if variables is None else {**self.get_all(), **variables}
        return self.run.include(name, names, self, ignore_missing)
