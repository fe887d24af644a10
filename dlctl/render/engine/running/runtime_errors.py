"""Errors of running templates, told in the words of the template: its file, its line, its component."""

from types import TracebackType

from jinja2 import Template
from jinja2.exceptions import TemplateError

from dlctl.errors import Location, RenderError


def explain(error: Exception, subject: str, *, instead: Location | None = None) -> RenderError:
    """The error with the template line that it comes from and what was rendered.

    `instead` is the place of an error that comes from no file. Only messages that cannot contain a
    value are passed on: a value may be secret.
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
        return "too little memory"
    if isinstance(error, TypeError | TemplateError):
        return str(error)
    return f"the expression failed ({type(error).__name__})"


def _template_line(traceback: TracebackType | None) -> Location | None:
    """The line of the innermost template in a traceback."""
    found = None
    while traceback is not None:
        template = traceback.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(template, Template) and template.filename:
            found = Location(template.filename, template.get_corresponding_lineno(traceback.tb_lineno))
        traceback = traceback.tb_next
    return found
