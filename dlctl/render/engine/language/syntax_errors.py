"""Syntax errors of templates, with file and line."""

from jinja2 import TemplateSyntaxError

from dlctl.errors import Location, RenderError


def syntax_problem(error: TemplateSyntaxError, shown: str) -> RenderError:
    """The error for a Jinja2 syntax error."""
    hint = None
    if "Encountered unknown tag" in (error.message or ""):
        hint = "known tags: if, for, set, with, include, raw"
    return RenderError(
        f"invalid template: {error.message}", location=Location(shown, error.lineno or 1), hint=hint
    )
