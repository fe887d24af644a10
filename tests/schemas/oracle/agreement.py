"""Ask the API server and `validate` the same question about an object, and count how often they agree."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from dlctl.cluster.protocol import Cluster
from dlctl.errors import ClusterError
from dlctl.manifest import Manifest, ref_of
from dlctl.schemas.catalogue import SchemaCatalogue
from dlctl.schemas.index import SchemaIndex
from dlctl.schemas.model import Level
from dlctl.schemas.removed_apis import release_of
from dlctl.schemas.store import SchemaStore
from dlctl.workflow.validation.objects import ObjectChecks
from tests.prototypes.upstream import NAMESPACE
from tests.schemas.oracle.mutations import Path

OUTCOMES = ("both refuse", "both accept", "only the server refuses", "only validate refuses")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What both said to one object; empty text means that they accept it."""

    fault: str
    kind: str
    path: Path
    server: str
    ours: str

    @property
    def agreed(self) -> bool:
        return bool(self.server) == bool(self.ours)


@dataclass
class Judges:
    """An API server, and `validate` with the schemas of this server."""

    cluster: Cluster
    index: SchemaIndex
    store: SchemaStore
    checks: ObjectChecks = field(init=False)
    catalogue: SchemaCatalogue = field(init=False)

    def __post_init__(self) -> None:
        self.catalogue = SchemaCatalogue(self.index, self.store)
        self.checks = ObjectChecks(self.catalogue, (), release_of(self.index.version))

    def verdict(self, fault: str, path: Path, body: Any) -> Verdict:
        kind = f"{body['apiVersion']} {body['kind']}"
        return Verdict(fault, kind, path, self.server(body), self.ours(body))

    def server(self, body: Any) -> str:
        """The refusal of a server-side dry run with fieldValidation=Strict."""
        try:
            resource = self.cluster.resource(body["apiVersion"], body["kind"])
            placed = self.placed(body, resource.namespaced)
            self.cluster.apply(resource, placed, dry_run=True, force=True, field_manager="shop")
        except ClusterError as error:
            return str(error)
        return ""

    def ours(self, body: Any) -> str:
        """What `validate` finds in the object."""
        key = (body["apiVersion"], body["kind"])
        if self.catalogue.serves(key) is False:
            return "not served"
        placed = self.placed(body, True)
        manifest = Manifest(ref_of(placed), body["apiVersion"], placed, "component")
        found = [each.message for each in self.checks.problems(manifest) if each.level is Level.ERROR]
        return "; ".join(found)

    @staticmethod
    def placed(body: Any, namespaced: bool) -> Any:
        namespace = {"namespace": NAMESPACE} if namespaced else {}
        return {**body, "metadata": {**namespace, **body["metadata"]}}


def histogram(verdicts: Iterable[Verdict]) -> dict[str, dict[str, int]]:
    """For each class of fault: how many objects both refused, both accepted, and only one refused."""
    counts: dict[str, Counter[str]] = {}
    for each in verdicts:
        server, ours = bool(each.server), bool(each.ours)
        outcome = OUTCOMES[(0 if ours else 2) if server else (3 if ours else 1)]
        counts.setdefault(each.fault, Counter())[outcome] += 1
    return {fault: dict(found) for fault, found in sorted(counts.items())}
