"""Parse one text for several components: find a value that all their prototypes accept."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from dlctl.app.model import Component
from dlctl.errors import ParamError
from dlctl.json_values import same_json
from dlctl.params.described_type import describe_type
from dlctl.params.merge import nest
from dlctl.params.parse_value import Force, value_for
from dlctl.registry.prototypes.model import ParamSpec, Prototype
from dlctl.text import listed


class Declaring(Struct, frozen=True):
    """A component, its prototype, and the prototype's declaration of a parameter."""

    component: Component
    prototype: Prototype
    spec: ParamSpec


def common_value(
    declaring: Sequence[Declaring],
    below: tuple[str, ...],
    text: str,
    force: Force,
    check: Callable[[Declaring, Any], None],
) -> Any:
    """The value of `text` at path `below` of the parameter; one prototype may need `1`, another `"1"`.

    `check` raises ParamError if a component does not accept a value. This function raises ParamError
    if no value is accepted by every component.
    """
    candidates: list[Any] = []
    for one in declaring:
        value = value_for(one.component.name, one.spec, below, text, force)
        if not any(same_json(value, known) for known in candidates):
            candidates.append(value)
    refusals: list[ParamError] = []
    for value in candidates:
        try:
            for one in declaring:
                check(one, nest(below, value))
        except ParamError as error:
            refusals.append(error)
        else:
            return value
    raise refusals[0] if len(refusals) == 1 else _no_agreement(declaring)


def _no_agreement(declaring: Sequence[Declaring]) -> ParamError:
    name = declaring[0].spec.name
    types = [f"{describe_type(one.spec.shown_schema)} for {one.component.name}" for one in declaring]
    return ParamError(
        f"no value of '{name}' is valid for every component: it is {listed(types)}",
        hint=f"set it for each component: dlctl param set COMPONENT {name} VALUE --env ENV",
    )
