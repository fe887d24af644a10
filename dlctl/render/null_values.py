"""Errors at parameters that are null, although the prototype needs their defaults."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from dlctl.errors import DlctlError, ParamError, RenderError
from dlctl.params.model import Param, ParamSet
from dlctl.text import enumerated


def null_or_other_error(
    error: DlctlError, params: ParamSet, render: Callable[[ParamSet], object]
) -> DlctlError:
    """The error, or one at the null that causes it: rendering succeeds with the parameter's default.

    `render` renders the component with other values of its parameters, and raises DlctlError.
    """
    nulls = [each for each in params.params.values() if _has_lost_its_default(each)]
    if not nulls or not isinstance(error, RenderError) or error.problems:
        return error
    causes = [each for each in nulls if _renders(render, params, [each])]
    if not causes and not _renders(render, params, nulls):
        return error
    return _needed(causes or nulls, error)


def _renders(render: Callable[[ParamSet], object], params: ParamSet, nulls: Sequence[Param]) -> bool:
    restored = {each.spec.name: replace(each, value=each.spec.schema["default"]) for each in nulls}
    try:
        render(replace(params, params={**params.params, **restored}))
    except DlctlError:
        return False
    return True


def _needed(nulls: Sequence[Param], error: DlctlError) -> ParamError:
    names = enumerated([f"'{each.spec.name}'" for each in nulls], limit=5)
    one = len(nulls) == 1
    needed = f"; {error.location} reads {'it' if one else 'them'}" if error.location else ""
    return ParamError(
        f"{names} {'is' if one else 'are'} null, and the prototype needs {'a value' if one else 'values'}",
        location=nulls[0].origin.location,
        hint=f"leave {'it' if one else 'them'} out for the default{needed}",
    )


def _has_lost_its_default(param: Param) -> bool:
    return param.value is None and param.spec.schema.get("default") is not None
