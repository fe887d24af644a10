"""One row for each cluster: by which contexts it is reached, and which environments use it."""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from dlctl.cluster.protocol import Identity
from dlctl.errors import DlctlError
from dlctl.workflow.cluster_list import ClusterSummary
from dlctl.workflow.clusters import ClusterRead


class Pin(StrEnum):
    """Whether a cluster is the one that an environment is pinned to."""

    OK = "ok"
    MISMATCH = "mismatch"
    MISSING = "missing"
    UNKNOWN = "unknown"
    NOT_NEEDED = "not-needed"


class Use(Struct, frozen=True):
    """An environment whose cluster is read as `target`; `cluster_id` is its pin, a sandbox needs none."""

    environment: str
    target: str
    cluster_id: str = ""
    sandbox: bool = False

    def pin(self, identity: Identity | None) -> Pin:
        """The pin against what answers; a pin cannot be compared with nothing, or with a weak identity."""
        if self.sandbox:
            return Pin.NOT_NEEDED
        if not self.cluster_id:
            return Pin.MISSING
        if identity is None:
            return Pin.UNKNOWN
        if identity.uid == self.cluster_id:
            return Pin.OK
        weak = identity.weak and not self.cluster_id.startswith("weak:")
        return Pin.UNKNOWN if weak else Pin.MISMATCH


class ClusterRow(Struct, frozen=True):
    """A cluster, all targets that reach it, and the environments that use it, each with its pin."""

    read: ClusterRead[ClusterSummary]
    targets: tuple[str, ...]
    pins: tuple[tuple[str, Pin], ...]

    @property
    def error(self) -> DlctlError | None:
        """Why it, or what its nodes have, could not be read."""
        return self.read.error or (self.read.result.refused if self.read.result else None)


def cluster_rows(reads: Sequence[ClusterRead[ClusterSummary]], uses: Sequence[Use]) -> tuple[ClusterRow, ...]:
    """One row for each cluster, in the order of the reads."""
    return tuple(_row(each, reads, uses) for each in reads if not each.same_as)


def _row(
    read: ClusterRead[ClusterSummary], reads: Sequence[ClusterRead[ClusterSummary]], uses: Sequence[Use]
) -> ClusterRow:
    names = (read.target, *(each.target for each in reads if each.same_as == read.target))
    identity = read.reached.identity if read.reached else None
    pins = tuple((use.environment, use.pin(identity)) for use in uses if use.target in names)
    return ClusterRow(read, names, pins)
