"""What a template wrote: kept only where the origin of a field is looked for."""

from msgspec import Struct

from dlctl.render.engine.skeleton.positions import Written


class TracedText(Struct, frozen=True):
    """The text of one template with the values of its expressions; `fragment` is empty for documents."""

    fragment: str
    written: Written
