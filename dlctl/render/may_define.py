"""Whether a prototype may render the CRD of a kind, before it is rendered."""

from collections.abc import Iterable

from dlctl.kinds import DEFINITION
from dlctl.registry.prototypes.model import Prototype


def may_define(prototype: Prototype, kinds: Iterable[str]) -> bool:
    """Whether a template mentions a CRD and one of these kinds: a quick check before a full render."""
    texts = [path.read_bytes() for path in prototype.templates_folder.glob("*") if path.is_file()]
    return any(
        DEFINITION.kind.encode() in text and any(kind.encode() in text for kind in kinds) for text in texts
    )
