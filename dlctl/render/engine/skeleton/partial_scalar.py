"""The error for an expression that is only a part of a scalar, with the form that is right."""

import json
import re
from collections.abc import Mapping

import yaml

from dlctl.errors import RenderError
from dlctl.render.engine.skeleton.positions import Written
from dlctl.render.engine.skeleton.tokens import TOKEN

_EXPRESSION = re.compile(r"\{\{[-+]?\s*(.*?)\s*[-+]?\}\}")


def partial_scalar_error(node: yaml.ScalarNode, written: Written, files: Mapping[str, str]) -> RenderError:
    """What is wrong with this scalar, and how to write it; `files` has the templates' texts."""
    indexes = [int(number) for number in TOKEN.findall(node.value)]
    location = written.tokens.location(indexes[0])
    line = files.get(location.path, "").split("\n")[location.line - 1 : location.line]
    expressions = _expressions("".join(line), len(indexes))
    if node.style in ("|", ">"):
        return RenderError(
            "an expression inside a block of text",
            location=location,
            hint='put the text into a template of its own: `{{ text("name.txt.j2") }}`',
        )
    if len(indexes) == 1 and TOKEN.fullmatch(node.value):
        return RenderError(
            "an expression in quotes or with a tag: it stands for a whole value, which needs none",
            location=location,
            hint=f"write {{{{ {expressions[0]} }}}}; `{{{{ {expressions[0]} | string }}}}` makes it a text",
        )
    return RenderError(
        "an expression is glued to other text; it must be one whole value",
        location=location,
        hint=f"write {{{{ {_joined(node.value, expressions)} }}}}",
    )


def _joined(text: str, expressions: list[str]) -> str:
    words = iter(expressions)
    parts = [
        next(words) if number % 2 else json.dumps(part, ensure_ascii=False)
        for number, part in enumerate(TOKEN.split(text))
        if number % 2 or part
    ]
    return " ~ ".join(parts)


def _expressions(line: str, count: int) -> list[str]:
    """The expressions' own words where the line has just these, else dots."""
    found = [_bracketed(one) for one in _EXPRESSION.findall(line)]
    return found if len(found) == count else ["…"] * count


def _bracketed(expression: str) -> str:
    simple = re.fullmatch(r"[\w.\[\]\"']+", expression)
    return expression if simple else f"({expression})"
