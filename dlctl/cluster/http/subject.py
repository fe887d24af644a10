"""The subject of a request, for error messages."""

from msgspec import Struct


class Subject(Struct, frozen=True):
    """The verb and object of a request. `secret` is true if messages may contain a Secret's values.

    `resource` is the name that RBAC has for the kind, such as `deployments.apps`; empty: not known.
    """

    verb: str
    kind: str = ""
    name: str = ""
    namespace: str = ""
    secret: bool = False
    resource: str = ""

    def __str__(self) -> str:
        what = f"{self.kind} {self.name}".strip()
        place = f" in namespace {self.namespace}" if self.namespace and what else ""
        return f"{self.verb} {what}{place}".strip()
