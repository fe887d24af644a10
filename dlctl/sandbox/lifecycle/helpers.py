"""Helpers of a running sandbox: programs without which it still works."""

from collections.abc import Mapping

from msgspec.structs import replace

from dlctl.events import Emit
from dlctl.sandbox.events import HelperRestarted
from dlctl.sandbox.host.home import Folder
from dlctl.sandbox.host.processes import find
from dlctl.sandbox.host.state import State
from dlctl.sandbox.programs.programs import Programs
from dlctl.sandbox.start import Start


def restarted(state: State, folder: Folder, environ: Mapping[str, str], emit: Emit) -> State:
    """The state after starting helpers that have ended, with the command that they had."""
    alive = {each.program for each in state.processes if find(each, folder.root)}
    ended = [name for name in state.helpers if name not in alive]
    state = replace(state, processes=tuple(each for each in state.processes if each.program not in ended))
    start = Start(folder, Programs({}), environ, emit)
    for name in ended:
        state = start.help(state, name, state.helpers[name])
        emit(HelperRestarted(state.name, name))
    return state
