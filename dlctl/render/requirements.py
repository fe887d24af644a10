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
    """The same for what nodes must have: a resource or labels."""
    yield from _required(rendering, lambda entry: not entry.kind)


def _required(
    rendering: Rendering, is_asked: Callable[[Requirement], bool]
) -> Iterator[tuple[RenderedComponent, Requirement]]:
    from dlctl.render.engine.engine import Engine  # imports Jinja2

    engine = Engine()
    for part in rendering.components:
        asked = [entry for entry in part.prototype.requires if is_asked(entry)]
        scope = template_variables(rendering.target, part.component, part.params) if asked else {}
        for entry in asked:
            if entry.when == "true" or engine.evaluate(entry.when, scope, location=entry.location):
                yield part, entry
