"""The error for an expression that is only part of a scalar, with a corrected form."""

import json
import re
from collections.abc import Mapping

import yaml

from dlctl.errors import RenderError
from dlctl.pattern import pattern
from dlctl.render.engine.skeleton.positions import Written
from dlctl.render.engine.skeleton.tokens import TOKEN

_EXPRESSION = pattern(r"\{\{[-+]?\s*(.*?)\s*[-+]?\}\}")


def partial_scalar_error(node: yaml.ScalarNode, written: Written, files: Mapping[str, str]) -> RenderError:
    """The error for this scalar, and how to write it; `files` has the templates' texts."""
    indexes = [int(number) for number in TOKEN.findall(node.value)]
    location = written.tokens.location(indexes[0])
    line = files.get(location.path, "").split("\n")[location.line - 1 : location.line]
    expressions = _expressions("".join(line), len(indexes))
    if node.style in ("|", ">"):
        return RenderError(
            "expression inside a block scalar",
            location=location,
            hint='move the text to a text template: `{{ text("name.txt.j2") }}`',
        )
    if len(indexes) == 1 and TOKEN.fullmatch(node.value):
        return RenderError(
            "expression with quotes or a tag: an expression is a whole value and needs neither",
            location=location,
            hint=f"write {{{{ {expressions[0]} }}}}; "
            f"`{{{{ {expressions[0]} | string }}}}` converts it to a string",
        )
    return RenderError(
        "expression is only part of a value; it must be the whole value",
        location=location,
        hint=f"write {{{{ {_joined(node.value, expressions)} }}}}",
    )


def _joined(text: str, expressions: list[str]) -> str:
    sources = iter(expressions)
    parts = [
        next(sources) if number % 2 else json.dumps(part, ensure_ascii=False)
        for number, part in enumerate(TOKEN.split(text))
        if number % 2 or part
    ]
    return " ~ ".join(parts)


def _expressions(line: str, count: int) -> list[str]:
    """The expressions as written on the line if their number matches, else dots."""
    found = [_bracketed(one) for one in _EXPRESSION.findall(line)]
    return found if len(found) == count else ["…"] * count


def _bracketed(expression: str) -> str:
    simple = re.fullmatch(r"[\w.\[\]\"']+", expression)
    return expression if simple else f"({expression})"
