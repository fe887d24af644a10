"""Start the simulated provisioner of a running sandbox."""

import sys
from collections.abc import Mapping

from msgspec.structs import replace

from dlctl.events import Emit
from dlctl.sandbox.claims import NAME, storage_class
from dlctl.sandbox.host.certificates import Pki
from dlctl.sandbox.host.home import Folder
from dlctl.sandbox.host.processes import find
from dlctl.sandbox.host.server import Server
from dlctl.sandbox.host.state import State, save
from dlctl.sandbox.programs.programs import Programs
from dlctl.sandbox.start import Start

CLASSES = "/apis/storage.k8s.io/v1/storageclasses"


def provisioned(state: State, folder: Folder, wanted: str, environ: Mapping[str, str], emit: Emit) -> State:
    """The state with a provisioner for this storage class, or for the one that the sandbox had."""
    name = wanted or state.storage_class
    if not name:
        return state
    with Server(state.server, Pki(folder.pki)) as server:
        server.request("POST", CLASSES, storage_class(name))
    state = replace(state, storage_class=name)
    save(folder, state)
    if any(each.program == NAME and find(each, folder.root) for each in state.processes):
        return state
    command = (sys.executable, "-m", "dlctl.sandbox.claims", state.server, str(folder.pki))
    return Start(folder, Programs({}), environ, emit).help(state, NAME, command)
