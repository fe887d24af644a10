"""A right: one verb on one resource in one place."""

from msgspec import Struct

REQUEST = "'dlctl preflight {} -o yaml' prints a minimal Role and ClusterRole"
"""How to request permissions, with a place for the environment."""


class Right(Struct, frozen=True, order=True):
    """A verb on a resource of a group; no `namespace`: cluster-scoped. `name`: only on this object."""

    namespace: str
    group: str
    resource: str
    verb: str
    name: str = ""

    def __str__(self) -> str:
        named = f' "{self.name}"' if self.name else ""
        place = f' in the namespace "{self.namespace}"' if self.namespace else " at the cluster scope"
        return f'{self.verb} resource "{self.resource}"{named} in API group "{self.group}"{place}'
