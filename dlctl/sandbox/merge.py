"""Adding a sandbox's context to the user's kubeconfig, and taking it out again (placeholder)."""

from pathlib import Path

from dlctl.sandbox.events import Emit
from dlctl.sandbox.home import Folder
from dlctl.sandbox.state import State


def refresh(folder: Folder, state: State, merge_into: Path | None, emit: Emit) -> None:
    """Not yet."""


def undo(folder: Folder, state: State, emit: Emit) -> None:
    """Not yet."""
