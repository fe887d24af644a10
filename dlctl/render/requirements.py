"""What rendered components need of their cluster, as far as their parameters ask for it."""

from collections.abc import Iterator

from dlctl.registry.prototypes.model import Requirement
from dlctl.render.target import RenderedComponent, Rendering, template_variables


def required_kinds(rendering: Rendering) -> Iterator[tuple[RenderedComponent, Requirement]]:
    """Each requirement of a kind whose `when` holds, with the component that has it.

    Raises RenderError, with its place, where a `when` cannot be evaluated.
    """
    from dlctl.render.engine.engine import Engine  # Jinja2 comes with it

    engine = Engine()
    for part in rendering.components:
        asked = [entry for entry in part.prototype.requires if entry.kind]
        scope = template_variables(rendering.target, part.component, part.params) if asked else {}
        for entry in asked:
            if entry.when == "true" or engine.evaluate(entry.when, scope, location=entry.location):
                yield part, entry
