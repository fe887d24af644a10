"""Compare the parameters of two environments."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from dlctl.json_values import same_json
from dlctl.params.model import Param, ParamSet


class ParamDifference(Struct, frozen=True):
    """A parameter whose value differs; `left` or `right` is None where the component is disabled."""

    component: str
    name: str
    left: Param | None
    right: Param | None


def differences(left: Mapping[str, ParamSet], right: Mapping[str, ParamSet]) -> tuple[ParamDifference, ...]:
    """Every parameter that differs: components in order of appearance, parameters in prototype order."""
    components = list(dict.fromkeys((*left, *right)))
    return tuple(
        difference
        for component in components
        for difference in _component(component, left.get(component), right.get(component))
    )


def _component(component: str, left: ParamSet | None, right: ParamSet | None) -> Iterator[ParamDifference]:
    left_params = left.params if left else {}
    right_params = right.params if right else {}
    for name in dict.fromkeys((*left_params, *right_params)):
        one, other = left_params.get(name), right_params.get(name)
        if not same_json(one.value if one else None, other.value if other else None):
            yield ParamDifference(component, name, one, other)
