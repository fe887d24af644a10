"""What a target's components need of its cluster, and what to do where that is not there."""

from dlctl.plan.requirements import KindRequirement
from dlctl.render.requirements import required_kinds
from dlctl.render.target import Rendering


def kind_requirements(rendering: Rendering) -> tuple[KindRequirement, ...]:
    """The kinds that the rendered components need. Raises RenderError where a condition is wrong."""
    required = tuple(required_kinds(rendering))
    hints = {source: _hint(rendering, source) for source in {entry.source for _, entry in required}}
    return tuple(
        KindRequirement(
            entry.kind.rpartition("/")[0],
            entry.kind.rpartition("/")[2],
            part.component.name,
            entry.provider,
            hints[entry.source],
        )
        for part, entry in required
    )


def _hint(rendering: Rendering, source: str) -> str:
    """What to do where a kind is missing that the prototype `source` provides, or another project."""
    environment = rendering.target.environment.name
    if not source:
        return f"install it there, or list the component under 'disabled' of environment {environment}"
    rendered = [part.component for part in rendering.components]
    for component in rendering.target.app.components.values():
        if component.prototype != source:
            continue
        if component in rendered:
            return f"component {component.name} does not make it with the parameters that it has here"
        return f"component {component.name} of this app brings it: apply it to {environment} first"
    return f"dlctl generate {source} {source} adds it to this app"
