"""The subject of a request, for error messages."""

from msgspec import Struct


class Subject(Struct, frozen=True):
    """The verb and object of a request. `secret` is true if messages may contain a Secret's values."""

    verb: str
    kind: str = ""
    name: str = ""
    namespace: str = ""
    secret: bool = False

    def __str__(self) -> str:
        what = f"{self.kind} {self.name}".strip()
        place = f" in namespace {self.namespace}" if self.namespace and what else ""
        return f"{self.verb} {what}{place}".strip()
