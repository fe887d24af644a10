"""What a target's components need of its cluster, and what to do where that is not there."""

from dlctl.plan.needs import Need
from dlctl.registry.model import Requirement
from dlctl.render.requires import required_kinds
from dlctl.render.target import Rendering


def needs_of(rendering: Rendering) -> tuple[Need, ...]:
    """The kinds that the rendered components need. Raises RenderError where a condition is wrong."""
    return tuple(
        Need(
            entry.kind.rpartition("/")[0],
            entry.kind.rpartition("/")[2],
            part.component.name,
            entry.provider,
            _hint(rendering, entry),
        )
        for part, entry in required_kinds(rendering)
    )


def _hint(rendering: Rendering, entry: Requirement) -> str:
    environment = rendering.target.environment.name
    if not entry.source:
        return f"install it there, or list the component under 'disabled' of environment {environment}"
    rendered = [part.component for part in rendering.components]
    for component in rendering.target.app.components.values():
        if component.prototype != entry.source:
            continue
        if component in rendered:
            return f"component {component.name} does not make it with the parameters that it has here"
        return f"component {component.name} of this app brings it: apply it to {environment} first"
    return f"dlctl generate {entry.source} {entry.source} adds it to this app"
