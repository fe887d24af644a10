"""Clean up sandboxes: end processes, remove files, detect crashed ones."""

import shutil
from pathlib import Path

from dlctl.errors import Location, SandboxError
from dlctl.events import Emit
from dlctl.sandbox.events import Cleaned
from dlctl.sandbox.host.home import Folder
from dlctl.sandbox.host.processes import find, kill, stop, strays
from dlctl.sandbox.host.state import State, load, save
from dlctl.sandbox.lifecycle.lookup import RunState, describe

INTERRUPT_TIMEOUT = 20.0
"""Seconds that programs get to end by themselves; the API server and etcd need about one."""
SHORT_TIMEOUT = 2.0
"""The same if there is no data to save: without etcd the API server never ends by itself."""


def cleaned(folder: Folder, name: str, emit: Emit) -> State:
    """The sandbox's state, after cleaning up a crashed one.

    Its data is kept only if etcd was still running and could be stopped properly: etcd runs without
    fsync, so its files cannot be trusted after a crash. The caller must hold the lock, so that a
    sandbox in state "starting" is one whose start was killed.
    """
    state = load(folder, name)
    if state is None:
        if folder.root.exists():
            end_processes(folder, None)
            remove(folder)
        return State(name)
    seen = describe(folder, state)
    if seen.status in (RunState.RUNNING, RunState.STOPPED):
        return state
    keep = "etcd" not in seen.dead if state.ready else state.kept
    reason = f"{', '.join(seen.dead)} ended" if state.ready else "start was interrupted"
    end_processes(folder, state)
    if keep:
        state = state.stopped()
        save(folder, state)
    else:
        remove(folder)
        state = State(name, merged=state.merged)
    emit(Cleaned(name, reason, keep))
    return state


def abandon(folder: Folder, before: State) -> None:
    """Undo a start: end its processes, remove its files, keep older data."""
    end_processes(folder, load(folder, before.name))
    if before.kept:
        save(folder, before)
    else:
        remove(folder)


def end_processes(folder: Folder, state: State | None, *, data_is_kept: bool = True) -> None:
    """End every process of the sandbox; etcd last, so that the others can finish their writes.

    Where its data is removed anyway, they are killed at once.
    """
    found = {running.program: find(running, folder.root) for running in (state.processes if state else ())}
    if not data_is_kept:
        kill([process for process in found.values() if process], SHORT_TIMEOUT)
        kill(strays(folder.root), SHORT_TIMEOUT)
        return
    etcd = found.pop("etcd", None)
    stop([process for process in found.values() if process], INTERRUPT_TIMEOUT if etcd else SHORT_TIMEOUT)
    stop([etcd] if etcd else [], INTERRUPT_TIMEOUT)
    stop(strays(folder.root), SHORT_TIMEOUT)


def remove(folder: Folder) -> None:
    """Remove all files of the sandbox."""
    try:
        shutil.rmtree(folder.root)
    except FileNotFoundError:
        return
    except OSError as error:
        path = Path(error.filename) if isinstance(error.filename, str) else folder.root
        raise SandboxError(f"cannot be removed: {error.strerror}", location=Location(str(path))) from error
