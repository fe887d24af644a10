"""The cluster requirements of rendered components, by their parameters."""

from collections.abc import Iterator

from dlctl.registry.prototypes.model import Requirement
from dlctl.render.rendering import RenderedComponent, Rendering


def required_kinds(rendering: Rendering) -> Iterator[tuple[RenderedComponent, Requirement]]:
    """Each required kind that applies, with the component that requires it. Raises RenderError."""
    for part in rendering.components:
        yield from ((part, entry) for entry in part.required() if entry.kind)


def required_of_nodes(rendering: Rendering) -> Iterator[tuple[RenderedComponent, Requirement]]:
    """Each required resource and node label that applies, with the component that requires it.

    Raises RenderError.
    """
    for part in rendering.components:
        yield from ((part, entry) for entry in part.required() if entry.resource or entry.node_labels)
