"""The secrets that parameters refer to: plans read them, `show` does not."""

from collections.abc import Iterator

from dlctl.params.model import Param
from dlctl.render.rendering import Rendering


def unread_secrets(rendering: Rendering) -> Iterator[tuple[str, Param]]:
    """The component and the parameter of each secret that is somewhere else and was not read."""
    for part in rendering.components:
        if part.secrets:
            referred = (each for each in part.read()[1].params.values() if each.referred)
            yield from ((part.component.name, each) for each in referred)
