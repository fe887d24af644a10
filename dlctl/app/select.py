"""Select environments by name or glob, or all of them."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from dlctl.app.environments import environment_names, load_environment
from dlctl.app.model import App
from dlctl.errors import AppError
from dlctl.text import listed, shown_name

_SPECIAL = frozenset("*?[")


def matching_environments(app: App, patterns: Iterable[str]) -> tuple[str, ...]:
    """The environments that match names and globs, each once, in the order of the patterns.

    As in a shell, `*` and `?` match within one part of a path; `**` matches any number of parts. A plain
    name is not looked up here. Raises AppError if a glob matches nothing.
    """
    chosen: dict[str, None] = {}
    for pattern in patterns:
        chosen.update(dict.fromkeys(_matching(app, pattern) if _SPECIAL & set(pattern) else (pattern,)))
    return tuple(chosen)


def all_environments(app: App) -> tuple[str, ...]:
    """Every environment that has a cluster or a sandbox; one that is only extended by others has none.

    Raises AppError if there is none.
    """
    names = tuple(name for name in environment_names(app) if _has_cluster(app, name))
    if not names:
        raise AppError("no environment has a cluster", hint="add one with 'dlctl env add NAME'")
    return names


def _has_cluster(app: App, name: str) -> bool:
    return load_environment(app, name).destination.is_set


def _matching(app: App, pattern: str) -> tuple[str, ...]:
    known = environment_names(app)
    found = tuple(name for name in known if _matches(name.split("/"), pattern.split("/")))
    if not found:
        hint = f"environments of this app: {listed(known)}" if known else "add one with 'dlctl env add NAME'"
        raise AppError(f"no environment matches {shown_name(pattern)}", hint=hint)
    return found


def _matches(parts: Sequence[str], patterns: Sequence[str]) -> bool:
    if not patterns:
        return not parts
    if patterns[0] == "**":
        return any(_matches(parts[skipped:], patterns[1:]) for skipped in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], patterns[0]) and _matches(parts[1:], patterns[1:])
