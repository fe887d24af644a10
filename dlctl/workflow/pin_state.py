"""An environment's pin against the cluster that answers now."""

from typing import TYPE_CHECKING

from msgspec import Struct

from dlctl.app.model import Environment
from dlctl.cluster.protocol import Identity
from dlctl.errors import DlctlError
from dlctl.events import Emit, Note
from dlctl.plan.identity import moved_server, recorded_server
from dlctl.workflow.cluster_uses import Pin, Use

if TYPE_CHECKING:  # not needed to print a state
    from dlctl.workflow.session import Connect


class PinState(Struct, frozen=True):
    """The cluster that an environment points to: by which context, which one answers, or why none does."""

    pin: Pin
    pinned_id: str = ""
    context: str = ""
    server: str = ""
    identity: Identity | None = None
    error: DlctlError | None = None


def pin_state(environment: Environment, connect: "Connect", emit: Emit) -> PinState:
    """Ask the cluster of an environment who it is; an error is part of the answer."""
    destination = environment.destination
    use = Use(environment.name, environment.name, destination.cluster_id, bool(destination.sandbox))
    context = server = ""
    try:
        cluster = connect(environment, emit)
        context, server = cluster.context, cluster.server
        identity = cluster.identity()
    except DlctlError as error:
        return PinState(use.pin(None), destination.cluster_id, context, server, error=error)
    pin = use.pin(identity)
    if pin in (Pin.OK, Pin.MISSING):
        for note in moved_server(environment.name, recorded_server(destination, cluster), identity):
            emit(Note(note))
    return PinState(pin, destination.cluster_id, context, server, identity)
