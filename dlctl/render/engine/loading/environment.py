"""The sandbox: the allowed names, attributes and calls of templates. All others are refused."""

from collections.abc import Mapping
from types import BuiltinFunctionType, MethodType
from typing import Any, cast

from jinja2 import BytecodeCache
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from dlctl.errors import RenderError
from dlctl.render.engine.filters.predicates import TESTS
from dlctl.render.engine.filters.table import FILTERS, TEXT_TEMPLATE_FILTERS
from dlctl.render.engine.language.compiler import TextCompiler, TokenCompiler
from dlctl.render.engine.language.context import RenderContext
from dlctl.render.engine.language.functions import TemplateFunction
from dlctl.render.engine.language.operators import INTERCEPTED, calculate
from dlctl.render.engine.language.undefined import TEXT_METHODS, Missing
from dlctl.render.engine.secret_values import Derived, SecretText, plain_type
from dlctl.render.engine.values import describe


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """Jinja2's immutable sandbox, restricted to JSON values and dlctl's functions and filters."""

    intercepted_binops = INTERCEPTED
    compiler: type[TokenCompiler] = TokenCompiler

    def __init__(self, kept: BytecodeCache | None = None) -> None:
        super().__init__(
            bytecode_cache=kept,
            undefined=Missing,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            optimized=False,
            autoescape=False,
        )
        self.globals.clear()
        self.shared_eval_context = EvalContext(self)
        self.filters = dict(FILTERS)
        self.tests = dict(TESTS)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`obj.attribute`: a mapping's key, an allowed string method, or a loop or namespace attribute."""
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else Missing(obj=obj, name=attribute)
        if isinstance(obj, Missing):
            obj.fail()
        if isinstance(obj, str) and attribute in TEXT_METHODS:
            return getattr(obj if type(obj) is SecretText else str(obj), attribute)
        if isinstance(obj, LoopContext | Namespace) and not attribute.startswith("_"):
            return getattr(obj, attribute, Missing(obj=obj, name=attribute))
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return Missing(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """`obj[argument]`: a mapping's key, or an item of a list or string by index."""
        if isinstance(obj, Missing):
            obj.fail()
        if isinstance(argument, Missing):
            argument.fail()
        if isinstance(obj, Mapping) and isinstance(argument, str):
            return obj[argument] if argument in obj else Missing(obj=obj, name=argument)
        if isinstance(obj, list | tuple | str) and plain_type(argument) is int:
            inside = -len(obj) <= argument < len(obj)
            return (
                obj[argument]
                if inside
                else Missing(f"index {argument} is out of range: {describe(obj)} of length {len(obj)}")
            )
        return Missing(f"cannot index {describe(obj)} with {describe(argument)}")

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """A call in a template: functions, allowed string methods, `loop.cycle` and `loop.changed`."""
        kwargs.pop("_loop_vars", None)
        kwargs.pop("_block_vars", None)
        run = cast(RenderContext, context).run
        for value in (*args, *kwargs.values()):
            if isinstance(value, Missing):
                value.fail()
            run.budget.touch(value)
        if isinstance(obj, TemplateFunction):
            return obj(run, *args, **kwargs)
        if isinstance(obj, BuiltinFunctionType) and isinstance(obj.__self__, str):
            run.budget.touch(obj.__self__)
            return _method_of_text(obj, args, kwargs, run.derived)
        if isinstance(obj, MethodType) and isinstance(obj.__self__, LoopContext):
            run.budget.weigh(list(args))
            return obj(*args, **kwargs)
        if isinstance(obj, Missing):
            obj.fail()
        raise RenderError(f"{describe(obj)} cannot be called")

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """An arithmetic operator, with limits."""
        for value in (left, right):
            if isinstance(value, Missing):
                value.fail()
        run = cast(RenderContext, context).run
        result = calculate(operator, left, right, run.budget)
        return result if run.derived is None else run.derived.of_scalars(result, (left, right))

    def compiler_for(self, shown: str) -> TokenCompiler:
        """A new code generator for one file."""
        return self.compiler(self, shown, shown, optimized=False)


def _method_of_text(
    method: BuiltinFunctionType, args: tuple[Any, ...], named: Mapping[str, Any], derived: Derived | None
) -> Any:
    try:
        result = method(*args, **named)
    except (TypeError, ValueError) as error:
        raise RenderError(f"wrong arguments for `{method.__name__}`") from error
    return result if derived is None else derived.of_parts(result, (method.__self__, *args, *named.values()))


class TextEnvironment(TemplateEnvironment):
    """The same for text templates, whose expressions write text instead of tokens."""

    compiler = TextCompiler

    def __init__(self, kept: BytecodeCache | None = None) -> None:
        super().__init__(kept)
        self.filters = dict(TEXT_TEMPLATE_FILTERS)
