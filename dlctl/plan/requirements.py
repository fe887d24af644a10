"""Kinds that components require, and those that a cluster lacks, as values."""

from dataclasses import dataclass

from dlctl.manifest import ApiKey

SHOWN = 3
"""So many components are named in a sentence."""


@dataclass(frozen=True, slots=True)
class KindRequirement:
    """A kind that a component needs, whether it renders objects of it or only its pods rely on it.

    `provider` is who provides it, as the subject of a sentence; `hint` is what to do where it is missing.
    """

    api_version: str
    kind: str
    component: str
    provider: str = ""
    hint: str = ""

    @property
    def key(self) -> ApiKey:
        """The kind in that version."""
        return self.api_version, self.kind


@dataclass(frozen=True, slots=True)
class MissingRequirement:
    """A kind that the cluster does not serve, nor will with the CRDs of the same plan.

    `served` are the other versions of it that the cluster has.
    """

    api_version: str
    kind: str
    components: tuple[str, ...]
    provider: str = ""
    served: tuple[str, ...] = ()
    hint: str = ""

    @property
    def key(self) -> ApiKey:
        """The kind in that version."""
        return self.api_version, self.kind

    def sentence(self, environment: str) -> str:
        """Which kind is missing where, who needs it, and who provides it."""
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
    if len(components) > SHOWN:
        return f"components {', '.join(components[:SHOWN])} and {len(components) - SHOWN} more need"
    return f"components {', '.join(components[:-1])} and {components[-1]} need"
