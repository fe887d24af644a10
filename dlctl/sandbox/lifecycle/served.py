"""Kinds that a sandbox shall serve, from the first request to the last check."""

from collections.abc import Mapping

from dlctl.events import Emit
from dlctl.sandbox.events import KindsServed
from dlctl.sandbox.host.certificates import Pki
from dlctl.sandbox.host.home import Folder
from dlctl.sandbox.host.server import Server
from dlctl.sandbox.host.state import State
from dlctl.sandbox.kinds.definitions import Kind
from dlctl.sandbox.kinds.serve import serve
from dlctl.sandbox.operators.objects import not_served
from dlctl.sandbox.programs.programs import Programs
from dlctl.sandbox.start import Start


class Served:
    """The CRDs of some kinds: created once, as early as possible, and waited for at the end."""

    def __init__(self, kinds: tuple[Kind, ...]) -> None:
        self.kinds = kinds
        self.created: tuple[str, ...] = ()

    def create(self, server: Server) -> None:
        """Create the CRDs that are not there. Raises SandboxError if the API server refuses one."""
        self.created = (*self.created, *serve(server, self.kinds))

    def wait(self, state: State, folder: Folder, environ: Mapping[str, str], emit: Emit) -> None:
        """Create what is still missing, and wait until every kind is served."""
        if not self.kinds:
            return
        names = tuple(kind.definition_name for kind in self.kinds)
        start = Start(folder, Programs({}), environ, emit)
        with Server(state.server, Pki(folder.pki)) as server:
            self.create(server)
            start.wait(state, lambda: not_served(server, names), "kube-apiserver", "does not serve the CRDs")
        emit(KindsServed(state.name, len(self.created)))
