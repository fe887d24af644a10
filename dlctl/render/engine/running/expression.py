"""Single expressions, such as `when: "params.num_ps > 0"` of a rule."""

from typing import Any

from jinja2 import nodes
from jinja2.parser import Parser

from dlctl.errors import RenderError
from dlctl.render.engine.language.context import RenderContext
from dlctl.render.engine.loading.building import build_parsed
from dlctl.render.engine.loading.compiled import Compiled
from dlctl.render.engine.loading.environment import TemplateEnvironment
from dlctl.render.engine.running.run import Run
from dlctl.render.engine.skeleton.tokens import Tokens
from dlctl.render.engine.values import copy_value

SHOWN = "<expression>"
MAX_EXPRESSION = 10_000
"""The most characters of one expression."""


class Expressions:
    """Compiled expressions by their text."""

    def __init__(self, environment: TemplateEnvironment) -> None:
        self._environment = environment
        self._known: dict[str, Compiled] = {}

    def value(self, expression: str, run: Run) -> Any:
        """The expression's JSON value. Raises RenderError without a useful location."""
        compiled = self._known.get(expression)
        if compiled is None:
            compiled = self._known[expression] = self._compile(expression)
        tokens = Tokens()
        for _ in compiled.pieces(RenderContext, run.names, run, tokens):
            pass
        return copy_value(tokens.values[0], run.budget)

    def _compile(self, expression: str) -> Compiled:
        if len(expression) > MAX_EXPRESSION:
            raise RenderError(f"expression has more than {MAX_EXPRESSION:,} characters")
        environment = self._environment
        return build_parsed(
            lambda: _parse(expression, environment), expression, SHOWN, False, environment, key=expression
        )


def _parse(expression: str, environment: TemplateEnvironment) -> nodes.Template:
    parser = Parser(environment, expression, state="variable")
    parsed = parser.parse_expression()
    if not parser.stream.eos:
        parser.fail("expected a single expression")
    tree = nodes.Template([nodes.Output([parsed], lineno=1)], lineno=1)
    tree.set_environment(environment)
    return tree
