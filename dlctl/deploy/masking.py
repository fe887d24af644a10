"""Errors without secrets: a server may quote what it refuses."""

import copy
from collections.abc import Iterable

from dlctl.errors import DlctlError
from dlctl.redact import Redactor


def masked(error: DlctlError, redactor: Redactor, secrets: Iterable[str] = ()) -> DlctlError:
    """The same error, its message without the redactor's values and without `secrets`."""
    message = redactor.with_values(secrets).mask_text(error.message)
    if message == error.message:
        return error
    clean = copy.copy(error)
    clean.message, clean.args = message, (message,)
    return clean
