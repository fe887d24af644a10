"""Errors of running templates, with the template's file and line and the component."""

from types import TracebackType

from jinja2 import Template
from jinja2.exceptions import TemplateError

from dlctl.errors import Location, RenderError


def explain(error: Exception, subject: str, *, instead: Location | None = None) -> RenderError:
    """The error with the template line that caused it and the rendered subject.

    `instead` is the location for an error that has no file. Only messages that cannot contain a value
    are kept: a value may be secret.
    """
    known = error if isinstance(error, RenderError) else RenderError(_message(error))
    return RenderError(
        f"{known.message} ({subject})" if subject else known.message,
        location=instead or known.location or _template_line(error.__traceback__),
        hint=known.hint,
        problems=known.problems,
    )


def _message(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested or recursive too deeply"
    if isinstance(error, MemoryError):
        return "out of memory"
    if isinstance(error, TypeError | TemplateError):
        return str(error)
    return f"expression failed ({type(error).__name__})"


def _template_line(traceback: TracebackType | None) -> Location | None:
    """The line of the innermost template in a traceback."""
    found = None
    while traceback is not None:
        template = traceback.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(template, Template) and template.filename:
            found = Location(template.filename, template.get_corresponding_lineno(traceback.tb_lineno))
        traceback = traceback.tb_next
    return found
