"""What an app's files say about objects that were applied before: `moved` and `released` in dlctl.yaml."""

from collections.abc import Callable, Iterable, Mapping

from dlctl.app import file_keys
from dlctl.app.model import Move, Release
from dlctl.app.reader import Reader
from dlctl.errors import AppError
from dlctl.text import shown_name

COMPONENTS, ENVIRONMENTS = "components/", "environments/"


def read_moves(reader: Reader) -> tuple[Move, ...]:
    """The entries of `moved`. Raises AppError."""
    return tuple(_move(entry) for entry in reader.readers("moved"))


def read_releases(reader: Reader) -> tuple[Release, ...]:
    """The entries of `released`. Raises AppError."""
    return tuple(_release(entry) for entry in reader.readers("released"))


def moved_to(moves: Iterable[Move], prefix: str, exists: Callable[[str], bool]) -> Mapping[str, str]:
    """The current name for each earlier one, through several moves; a name that is in use again has none."""
    steps = {
        move.source.removeprefix(prefix): move.target.removeprefix(prefix)
        for move in moves
        if move.source.startswith(prefix)
    }
    found = {}
    for name in steps:
        target, seen = name, {name}
        while target in steps and steps[target] not in seen:
            target = steps[target]
            seen.add(target)
        if not exists(name):
            found[name] = target
    return found


def _move(entry: Reader) -> Move:
    entry.only(*file_keys.MOVE)
    source, target = entry.required_text("from"), entry.required_text("to")
    for prefix in (COMPONENTS, ENVIRONMENTS):
        if all(text.startswith(prefix) and len(text) > len(prefix) for text in (source, target)):
            return Move(source, target)
    raise AppError(
        f"{shown_name(source)} cannot move to {shown_name(target)}",
        location=entry.place("from"),
        hint="both begin with 'components/', or both with 'environments/'",
    )


def _release(entry: Reader) -> Release:
    entry.only(*file_keys.RELEASE)
    return Release(entry.required_text("kind"), entry.required_text("name"), entry.text("component"))
