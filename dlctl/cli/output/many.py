"""One command, several environments: what fails in one hides nothing of the others."""

import copy
from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn, TypeVar

from dlctl.cli.output.errors import Failed, report_failure
from dlctl.cli.output.streams import log
from dlctl.errors import DlctlError

Item = TypeVar("Item")
Found = TypeVar("Found")


def each(
    items: Iterable[Item], work: Callable[[Item], Found], name_of: Callable[[Item], str]
) -> tuple[list[Found], list[DlctlError]]:
    """What `work` gives for each item, and the errors of those that failed.

    Where there are several items, an error says which environment it is about.
    """
    todo = list(items)
    found: list[Found] = []
    errors: list[DlctlError] = []
    for item in todo:
        try:
            found.append(work(item))
        except DlctlError as error:
            errors.append(in_environment(name_of(item), error) if len(todo) > 1 else error)
    return found, errors


def in_environment(environment: str, error: DlctlError) -> DlctlError:
    """The same error, with the environment in front of its message."""
    named = copy.copy(error)
    named.message = f"{environment}: {error.message}"
    named.args = (named.message,)
    return named


def fail(errors: Sequence[DlctlError], at_least: int = 0, closing: str = "") -> NoReturn:
    """Report every error and exit; "not ready in time" (3) is the code only where nothing failed worse.

    Raises Failed, by which the errors are written as JSON too where a command wrote no document.
    """
    for error in errors:
        report_failure(error)
    if closing:
        log(closing)
    codes = [error.exit_code for error in errors]
    raise Failed(errors, max(at_least, min(codes, default=1)))
