"""Read what a rule asks of features, in the form of a NodeFeatureRule's `matchFeatures`."""

import re

from dlctl.nodes.labelling.expressions import NUMBERS, OPERATORS, Expression, Term
from dlctl.nodes.labelling.reader import Part
from dlctl.suggest import did_you_mean
from dlctl.text import counted, listed


def read_term(part: Part) -> Term:
    """One term: `{feature, matchExpressions, matchName}`. Raises RuleError."""
    fields = part.fields("feature", "matchExpressions", "matchName", required=("feature",))
    feature = fields["feature"].text()
    if "." not in feature:
        raise fields["feature"].problem(
            f"'{feature}' is not a feature", "a feature is DOMAIN.NAME, such as pci.device or kernel.version"
        )
    expressions = fields["matchExpressions"].mapping() if "matchExpressions" in fields else {}
    name = _expression(fields["matchName"]) if "matchName" in fields else None
    return Term(feature, {element: _expression(each) for element, each in expressions.items()}, name)


def _expression(part: Part) -> Expression:
    fields = part.fields("op", "value", "type")
    op = fields["op"].text() if "op" in fields else ""
    values = tuple(each.text() for each in fields["value"].items()) if "value" in fields else ()
    type_ = fields["type"].text() if "type" in fields else ""
    if op:
        _check_operator(fields["op"], op, values)
    if type_ not in NUMBERS:
        raise fields["type"].problem(f"unknown type '{type_}'", "the only type is 'version'")
    expression = Expression(op, values, type_)
    _check_values(fields.get("value", part), expression)
    return expression


def _check_operator(part: Part, op: str, values: tuple[str, ...]) -> None:
    known = OPERATORS.get(op)
    if known is None:
        raise part.problem(
            f"unknown operator '{op}'",
            did_you_mean(op, OPERATORS, f"operators: {listed(OPERATORS, limit=20)}"),
        )
    if known.most == 0 and values:
        raise part.problem(f"{op} takes no value")
    if len(values) < known.least or (known.most is not None and len(values) > known.most):
        least = "at least one value" if known.most is None else counted(known.least, "value")
        raise part.problem(
            f"{op} takes {least}, found {len(values)}", "write 'value:' with a list of strings"
        )


def _check_values(part: Part, expression: Expression) -> None:
    operator, number = OPERATORS.get(expression.op), NUMBERS[expression.type]
    if operator and operator.numeric:
        read = [number(value) for value in expression.values]
        for value, found in zip(expression.values, read, strict=True):
            if found is None:
                kind = "a version" if expression.type else "an integer"
                raise part.problem(f"'{value}' is not {kind}, which {expression.op} compares")
        if len(read) == 2 and not (read[0] or ()) < (read[1] or ()):
            raise part.problem(f"the first value of {expression.op} must be less than the second")
    if expression.op == "InRegexp":
        for value in expression.values:
            _check_pattern(part, value)


def _check_pattern(part: Part, value: str) -> None:
    try:
        re.compile(value)
    except re.error as error:
        raise part.problem(f"'{value}' is not a regular expression: {error}") from error
