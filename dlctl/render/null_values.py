"""Errors of prototypes that cannot do without a parameter whose default was taken away by null."""

from dlctl.errors import DlctlError, ParamError, RenderError
from dlctl.params.model import Param, ParamSet
from dlctl.text import enumerated


def null_or_other_error(error: DlctlError, params: ParamSet) -> DlctlError:
    """The error, or one at the null that explains it: a rule or template fails where a default is missing.

    A template that fails by itself has no such parameter, and its error stays as it is.
    """
    nulls = [each for each in params.params.values() if _is_without_default(each)]
    if not nulls or not isinstance(error, RenderError) or error.problems:
        return error
    names = enumerated([f"'{each.spec.name}'" for each in nulls], limit=5)
    first = nulls[0]
    one = len(nulls) == 1
    needed = f"; {error.location} reads {'it' if one else 'them'}" if error.location else ""
    return ParamError(
        f"{names} {'is' if one else 'are'} null, and the prototype needs {'a value' if one else 'values'}",
        location=first.origin.location,
        hint=f"leave {'it' if one else 'them'} out for the default{needed}",
    )


def _is_without_default(param: Param) -> bool:
    return param.value is None and param.spec.schema.get("default") is not None
