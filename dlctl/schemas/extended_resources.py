"""Amounts of extended resources, such as `nvidia.com/gpu`, in the containers of an object of any kind.

kubernetes, pkg/apis/core/validation: ValidateResourceRequirements; pkg/apis/core/helper:
IsExtendedResourceName.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dlctl.quantity import amount
from dlctl.schemas.messages import shown
from dlctl.schemas.model import FieldPath, Problem, field_text

if TYPE_CHECKING:
    from fractions import Fraction

_CONTAINERS = ("initContainers", "containers")


def is_extended(resource: str) -> bool:
    """Whether the name is of an extended resource, not one of Kubernetes itself."""
    return "/" in resource and "kubernetes.io/" not in resource


def extended_resource_problems(body: Any, path: FieldPath = ()) -> Iterator[Problem]:
    """Each amount that is no whole number or negative, and each request that is not equal to its limit."""
    if isinstance(body, dict):
        for key, part in body.items():
            if key in _CONTAINERS and isinstance(part, list):
                for index, container in enumerate(part):
                    yield from _container((*path, key, index, "resources"), container)
            elif isinstance(part, (dict, list)):
                yield from extended_resource_problems(part, (*path, key))
    elif isinstance(body, list):
        for index, part in enumerate(body):
            if isinstance(part, (dict, list)):
                yield from extended_resource_problems(part, (*path, index))


def _container(path: FieldPath, container: Any) -> Iterator[Problem]:
    resources = container.get("resources") if isinstance(container, Mapping) else None
    if not isinstance(resources, Mapping):
        return
    limits, requests = _amounts(resources.get("limits")), _amounts(resources.get("requests"))
    for group, stated in (("limits", limits), ("requests", requests)):
        for name, (text, number) in stated.items():
            if number < 0:
                yield _invalid((*path, group, name), text, "must be greater than or equal to 0")
            if number.denominator != 1:
                yield _invalid((*path, group, name), text, "must be an integer")
    for name, (text, number) in requests.items():
        if name in limits and number != limits[name][1]:
            reason = f"must be equal to {name} limit of {limits[name][0]}"
            yield _invalid((*path, "requests", name), text, reason)


def _amounts(stated: Any) -> "dict[str, tuple[str, Fraction]]":
    """The extended resources with their amounts; what is no quantity is left to the check of types."""
    pairs = stated.items() if isinstance(stated, Mapping) else ()
    found = ((name, str(text), amount(str(text))) for name, text in pairs if is_extended(str(name)))
    return {name: (text, number) for name, text, number in found if number is not None}


def _invalid(path: FieldPath, text: str, reason: str) -> Problem:
    message = f"{field_text(path)}: Invalid value: {shown(text)}: {reason}"
    return Problem("value", path, message, shown=shown(text))
