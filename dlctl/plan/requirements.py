"""The model of required kinds, and of required kinds that a cluster does not serve."""

from collections.abc import Callable, Iterable

from msgspec import Struct

from dlctl.manifest import ApiKey
from dlctl.registry.prototypes.model import Alternative
from dlctl.text import enumerated

SHOWN = 3
"""The maximum number of components named in a message."""


class KindRequirement(Struct, frozen=True):
    """A kind that a component requires, because it renders objects of the kind or its pods use it.

    `provider` is what provides it, as the subject of a sentence; `hint` is what to do if it is missing.
    `alternatives` returns other settings: only then, since to find them conditions are evaluated.
    """

    api_version: str
    kind: str
    component: str
    provider: str = ""
    hint: str = ""
    alternatives: Callable[[], Iterable[Alternative]] = tuple

    @property
    def key(self) -> ApiKey:
        """The kind with its version."""
        return self.api_version, self.kind


class MissingRequirement(Struct, frozen=True):
    """A kind that the cluster does not serve and that is not defined in the plan.

    `served` are other versions of the kind that the cluster serves.
    """

    api_version: str
    kind: str
    components: tuple[str, ...]
    provider: str = ""
    served: tuple[str, ...] = ()
    hint: str = ""

    @property
    def key(self) -> ApiKey:
        """The kind with its version."""
        return self.api_version, self.kind

    def sentence(self, environment: str) -> str:
        """The message: which kind is missing, which components need it, and what provides it."""
        others = f" (of this kind it serves {', '.join(self.served)})" if self.served else ""
        provider = f"; {self.provider} provides it" if self.provider else ""
        return (
            f"the cluster of {environment} does not serve {self.api_version} {self.kind}{others}, "
            f"which {_needed_by(self.components)}{provider}"
        )


def _needed_by(components: tuple[str, ...]) -> str:
    if not components:
        return "is needed"
    if len(components) == 1:
        return f"component {components[0]} needs"
    return f"components {enumerated(components, limit=SHOWN)} need"
