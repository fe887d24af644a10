"""Helpers of a running sandbox: programs without which it still works."""

from collections.abc import Mapping

from msgspec.structs import replace

from dlctl.errors import SandboxError
from dlctl.events import Emit
from dlctl.sandbox.events import HelperRestarted
from dlctl.sandbox.host.home import Folder
from dlctl.sandbox.host.processes import find
from dlctl.sandbox.host.state import State
from dlctl.sandbox.programs.programs import Programs
from dlctl.sandbox.start import Start


def restarted(state: State, folder: Folder, environ: Mapping[str, str], emit: Emit) -> State:
    """The state after starting helpers that have ended, with the command that they had.

    Raises SandboxError if a program is no longer there.
    """
    alive = {each.program for each in state.processes if find(each, folder.root)}
    ended = [name for name in state.helpers if name not in alive]
    state = replace(state, processes=tuple(each for each in state.processes if each.program not in ended))
    start = Start(folder, Programs({}), environ, emit)
    for name in ended:
        state = _help(start, state, name)
        emit(HelperRestarted(state.name, name))
    return state


def _help(start: Start, state: State, name: str) -> State:
    try:
        return start.help(state, name, state.helpers[name])
    except OSError as error:  # such as a cache that was cleared
        hint = f"restart it: 'dlctl sandbox down {state.name} --keep', then 'dlctl sandbox up {state.name}'"
        raise SandboxError(f"{name} cannot be started: {error.strerror}", hint=hint) from error
