"""What is to be known about clusters whose jobs were read: which one it is, and what may not be listed."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from dlctl.cli.output.notes import log_event
from dlctl.cli.output.views.nodes.json import read_json
from dlctl.cli.output.views.unread import unread
from dlctl.errors import DlctlError
from dlctl.events import Note
from dlctl.plan.identity import OtherCluster
from dlctl.workflow.clusters import ClusterRead


class _Noted(Protocol):
    @property
    def notes(self) -> tuple[str, ...]:
        """What may not be read."""
        ...


Read = TypeVar("Read", bound=_Noted)


def notes_of(read: ClusterRead[Read]) -> tuple[str, ...]:
    """What is odd about a cluster, unless its error says so, and what may not be read there."""
    known = isinstance(read.error, OtherCluster)
    return (
        *(read.reached.notes if read.reached and not known else ()),
        *(read.result.notes if read.result else ()),
    )


def clusters_json(reads: Sequence[ClusterRead[Read]]) -> tuple[list[dict[str, Any]], tuple[DlctlError, ...]]:
    """Each cluster with its notes, as JSON, and the errors of those that could not be read."""
    clusters = [{**read_json(each), "notes": list(notes_of(each))} for each in reads]
    return clusters, unread([(each.target, each.error) for each in reads])


def log_notes(reads: Sequence[ClusterRead[Read]]) -> None:
    """Write the notes to stderr; where there are several environments, each with its name."""
    for each in reads:
        for note in notes_of(each):
            log_event(Note(note), each.target if len(reads) > 1 else "")
