"""The kinds that a target's components require, with hints for missing ones."""

from functools import partial

from dlctl.plan.requirements import KindRequirement
from dlctl.render.rendering import Rendering
from dlctl.render.requirements import alternatives, required_kinds


def kind_requirements(rendering: Rendering) -> tuple[KindRequirement, ...]:
    """The kinds that the rendered components require. Raises RenderError for an invalid condition."""
    required = tuple(required_kinds(rendering))
    hints = {source: _hint(rendering, source) for source in {entry.source for _, entry in required}}
    return tuple(
        KindRequirement(
            entry.kind.rpartition("/")[0],
            entry.kind.rpartition("/")[2],
            part.component.name,
            entry.provider,
            hints[entry.source],
            partial(alternatives, rendering, part, entry),
        )
        for part, entry in required
    )


def _hint(rendering: Rendering, source: str) -> str:
    """The hint for a missing kind that the prototype `source` or another project provides."""
    environment = rendering.target.environment.name
    if not source:
        return f"install it on the cluster, or add the component to 'disabled' of environment {environment}"
    rendered = [part.component for part in rendering.components]
    for component in rendering.target.app.components.values():
        if component.prototype != source:
            continue
        if component in rendered:
            return f"component {component.name} does not render it with its current parameters"
        return f"component {component.name} of this app provides it: apply it to {environment} first"
    return f"add it to this app with 'dlctl generate {source} {source}'"
