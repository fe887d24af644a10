"""The cluster requirements of rendered components, by their parameters."""

from collections.abc import Callable, Iterator

from dlctl.registry.prototypes.model import Requirement
from dlctl.render.target import RenderedComponent, Rendering, template_variables


def required_kinds(rendering: Rendering) -> Iterator[tuple[RenderedComponent, Requirement]]:
    """Each required kind whose `when` is true, with the component that requires it.

    Raises RenderError, with its location, if a `when` cannot be evaluated.
    """
    yield from _required(rendering, lambda entry: bool(entry.kind))


def required_of_nodes(rendering: Rendering) -> Iterator[tuple[RenderedComponent, Requirement]]:
    """Each required resource and node label whose `when` is true, with the component that requires it.

    Raises RenderError, with its location, if a `when` cannot be evaluated.
    """
    yield from _required(rendering, lambda entry: bool(entry.resource or entry.node_labels))


def _required(
    rendering: Rendering, wanted: Callable[[Requirement], bool]
) -> Iterator[tuple[RenderedComponent, Requirement]]:
    from dlctl.render.engine.engine import Engine  # imports Jinja2

    engine = Engine()
    for part in rendering.components:
        asked = [entry for entry in part.prototype.requires if wanted(entry)]
        scope = template_variables(rendering.target, part.component, part.params) if asked else {}
        for entry in asked:
            if entry.when == "true" or engine.evaluate(entry.when, scope, location=entry.location):
                yield part, entry
