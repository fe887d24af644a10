"""What a request is about, for the sentence that tells of its failure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """The object or collection of a request. `secret` marks what may hold a Secret's values."""

    verb: str
    kind: str = ""
    name: str = ""
    namespace: str = ""
    secret: bool = False

    def __str__(self) -> str:
        what = f"{self.kind} {self.name}".strip()
        place = f" in namespace {self.namespace}" if self.namespace and what else ""
        return f"{self.verb} {what}{place}".strip()
