"""The kinds that a target's components require, with hints for missing ones."""

from functools import partial

from dlctl.plan.requirements import KindRequirement
from dlctl.render.rendering import Rendering
from dlctl.render.requirements import alternatives, required_kinds


def kind_requirements(rendering: Rendering) -> tuple[KindRequirement, ...]:
    """The kinds that the rendered components require. Raises RenderError for an invalid condition."""
    required = tuple(required_kinds(rendering))
    users: dict[str, set[str]] = {}
    for part, entry in required:
        users.setdefault(entry.kind, set()).add(part.component.name)
    keys = {(entry.source, *_only(users[entry.kind])) for _, entry in required}
    hints = {key: _hint(rendering, *key) for key in keys}
    return tuple(
        KindRequirement(
            entry.kind.rpartition("/")[0],
            entry.kind.rpartition("/")[2],
            part.component.name,
            entry.provider,
            hints[entry.source, *_only(users[entry.kind])],
            partial(alternatives, rendering, part, entry),
        )
        for part, entry in required
    )


def _only(components: set[str]) -> tuple[str, ...]:
    """The component, if it is one."""
    return tuple(components) if len(components) == 1 else ()


def _hint(rendering: Rendering, source: str, component: str = "NAME") -> str:
    """The hint for a missing kind that the prototype `source` or another project provides."""
    environment = rendering.target.environment.name
    if not source:
        leave_out = f"dlctl component set {component} --disabled --env {environment}"
        return f"install it on the cluster, or leave the component out: {leave_out}"
    rendered = [part.component for part in rendering.components]
    for other in rendering.target.app.components.values():
        if other.prototype != source:
            continue
        if other in rendered:
            return f"component {other.name} does not render it with its current parameters"
        return f"component {other.name} of this app provides it: apply it to {environment} first"
    return f"add it to this app with 'dlctl generate {source} {source}'"
