"""What a template wrote: kept only where the origin of a field is looked for."""

from dataclasses import dataclass

from dlctl.render.engine.skeleton.positions import Written


@dataclass(frozen=True, slots=True)
class TracedText:
    """The text of one template with the values of its expressions; `fragment` is empty for documents."""

    fragment: str
    written: Written
