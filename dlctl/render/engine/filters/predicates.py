"""The tests of templates, used after `is`."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from dlctl.render.engine.filters import arguments as expect
from dlctl.render.engine.filters.checked_call import Makes, guarded
from dlctl.render.engine.language.context import RenderContext
from dlctl.render.engine.language.undefined import Missing


def _defined(_: RenderContext, value: Any) -> bool:
    if isinstance(value, Missing) and value.must_exist:
        value.fail()
    return not isinstance(value, Missing)


def _undefined(context: RenderContext, value: Any) -> bool:
    return not _defined(context, value)


def _divisible(_: RenderContext, value: Any, by: Any) -> bool:
    divisor = expect.number(by)
    return divisor != 0 and expect.number(value) % divisor == 0


def _startswith(_: RenderContext, value: Any, prefix: Any) -> bool:
    return expect.text(value).startswith(expect.text(prefix))


def _endswith(_: RenderContext, value: Any, suffix: Any) -> bool:
    return expect.text(value).endswith(expect.text(suffix))


def _contained(context: RenderContext, value: Any, whole: Any) -> bool:
    return context.weighed(value) in context.weighed(whole)


def _within(context: RenderContext, value: Any, most: Any) -> bool:
    """Whether quantities (one, or by resource) are at most `most`; two lists are compared item by item."""
    if isinstance(value, list | tuple):
        pairs = zip(value, expect.items(most), strict=False)
        return all(_within(context, amounts, limits) for amounts, limits in pairs)
    if isinstance(value, str | int | float):
        return expect.quantity(value) <= expect.quantity(most)
    limits = expect.mapping(context.weighed(most))
    return all(
        expect.quantity(amount) <= expect.quantity(limits[resource])
        for resource, amount in expect.mapping(context.weighed(value)).items()
        if resource in limits
    )


def _of(*kinds: type) -> Callable[..., bool]:
    def check(_: RenderContext, value: Any) -> bool:
        return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))

    return check


def _comparison(compare: Callable[[Any, Any], bool]) -> Callable[..., bool]:
    def check(context: RenderContext, value: Any, other: Any) -> bool:
        return compare(context.weighed(value), context.weighed(other))

    return check


_COMPARISONS = {
    operator.eq: ("eq", "equalto", "=="),
    operator.ne: ("ne", "!="),
    operator.lt: ("lt", "lessthan", "<"),
    operator.le: ("le", "<="),
    operator.gt: ("gt", "greaterthan", ">"),
    operator.ge: ("ge", ">="),
}

_PLAIN: dict[str, Callable[..., Any]] = {
    "none": lambda _, value: value is None,
    "true": lambda _, value: value is True,
    "false": lambda _, value: value is False,
    "boolean": _of(bool),
    "integer": _of(int),
    "float": _of(float),
    "number": _of(int, float),
    "string": _of(str),
    "mapping": _of(Mapping),
    "sequence": _of(list, tuple),
    "even": lambda _, value: expect.number(value) % 2 == 0,
    "odd": lambda _, value: expect.number(value) % 2 == 1,
    "divisibleby": _divisible,
    "in": _contained,
    "within": _within,
    "startswith": _startswith,
    "endswith": _endswith,
    **{name: _comparison(compare) for compare, names in _COMPARISONS.items() for name in names},
}

TESTS: dict[str, Callable[..., Any]] = {
    **{name: guarded(name, function, makes=Makes.ANSWER) for name, function in _PLAIN.items()},
    "defined": guarded("defined", _defined, accepts_missing=True, makes=Makes.ANSWER),
    "undefined": guarded("undefined", _undefined, accepts_missing=True, makes=Makes.ANSWER),
}
"""The tests by name."""
