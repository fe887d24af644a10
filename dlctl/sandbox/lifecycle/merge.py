"""Add a sandbox's context to a kubeconfig of the user, and remove it again.

The rest of the file stays byte for byte. The lock file is the one that kubectl uses for writes:
`<file>.lock`, created exclusively (client-go, tools/clientcmd/config.go, lockFile).
"""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from dlctl.errors import DlctlError, Location, SandboxError
from dlctl.events import Emit
from dlctl.files.lock_file import lock_by_presence
from dlctl.files.replace import replace_file
from dlctl.sandbox.events import Merged
from dlctl.sandbox.host import kubeconfig
from dlctl.sandbox.host.home import Folder
from dlctl.sandbox.host.kubeconfig import Entries, context_name
from dlctl.sandbox.host.state import Merge, State, save
from dlctl.yamlio.edit.change import remove, set_value
from dlctl.yamlio.load import load_text, read_text

LOCK_TIMEOUT = 10.0
NEW_FILE = 'apiVersion: v1\nkind: Config\ncurrent-context: ""\n'
LISTS = ("clusters", "contexts", "users")
CURRENT = "current-context"


def check(path: Path) -> None:
    """Raise YamlError or SandboxError for a kubeconfig to which no context can be added."""
    _content(read_text(path) if path.exists() else NEW_FILE, str(path))


def refresh(folder: Folder, state: State, merge_into: Path | None, emit: Emit) -> State:
    """Update the context in every merged kubeconfig, and add it to `merge_into`."""
    entries = kubeconfig.read(folder.kubeconfig)
    recorded = {merge.path: merge for merge in state.merged}
    if merge_into and str(merge_into) not in recorded:
        recorded[str(merge_into)] = Merge(str(merge_into), created=not merge_into.exists())
    for merge in recorded.values():
        with _locked(Path(merge.path)) as path:
            before = read_text(path) if path.exists() else NEW_FILE
            after, emptied = with_entries(before, entries, str(path))
            others = tuple(other for other in state.merged if other.path != merge.path)
            state = replace(state, merged=(*others, replace(merge, emptied={**merge.emptied, **emptied})))
            save(folder, state)
            if after != before or not path.exists():
                replace_file(path, after.encode(), keep_mode=True)
                emit(Merged(path, context_name(state.name)))
    return state


def undo(state: State, emit: Emit) -> None:
    """Remove the sandbox's entries from every kubeconfig that they were added to.

    Raises SandboxError for files that cannot be edited, after all others are done.
    """
    problems: list[DlctlError] = []
    for merge in state.merged:
        try:
            _undo_one(merge, context_name(state.name), emit)
        except (DlctlError, OSError) as error:
            reason = error.message if isinstance(error, DlctlError) else error.strerror
            problems.append(SandboxError(f"{reason}", location=Location(merge.path)))
    if problems:
        context = context_name(state.name)
        raise SandboxError(
            f"context {context} could not be removed from your kubeconfig",
            hint=f"run 'kubectl config delete-context {context}', and delete-cluster and delete-user",
            problems=problems,
        )


def _undo_one(merge: Merge, name: str, emit: Emit) -> None:
    if not Path(merge.path).exists():
        return
    with _locked(Path(merge.path)) as path:
        before = read_text(path)
        after = without_entries(before, name, merge.emptied, str(path))
        if merge.created and after == NEW_FILE:
            path.unlink()
        elif after != before:
            replace_file(path, after.encode(), keep_mode=True)
        emit(Merged(path, name, removed=True))


def with_entries(text: str, entries: Entries, shown: str) -> tuple[str, dict[str, str]]:
    """The text with the entries added or updated, and how each empty list was written before.

    A kubeconfig without any context gets the added one as its current context.
    """
    emptied: dict[str, str] = {}
    before = _content(text, shown)
    for key, entry in entries.lists().items():
        content = _content(text, shown)
        present = content.get(key)
        index = _index(present, entry["name"])
        if present:
            place = len(present) if index is None else index
            text = set_value(text, [key, place], dict(entry), shown=shown)
        else:
            emptied[key] = _written(content, key, "[]")
            text = set_value(text, [key], [dict(entry)], shown=shown)
    if not before.get("contexts") and not before.get(CURRENT):
        emptied[CURRENT] = _written(before, CURRENT, '""')
        text = set_value(text, [CURRENT], entries.context["name"], shown=shown)
    return text, emptied


def _written(content: Mapping[str, Any], key: str, empty: str) -> str:
    """How an empty value is written: `empty`, `null`, or nothing where the key is missing."""
    if key not in content:
        return ""
    return "null" if content[key] is None else empty


def without_entries(text: str, name: str, emptied: Mapping[str, str], shown: str) -> str:
    """The text without the entries of this name; lists that become empty are restored as before."""
    for key in LISTS:
        present = _content(text, shown).get(key)
        index = _index(present, name)
        if not present or index is None:
            continue
        if len(present) > 1:
            text = remove(text, [key, index], shown=shown, prune_empty=False)
        elif emptied.get(key) == "":
            text = remove(text, [key], shown=shown)
        else:
            text = set_value(text, [key], None if emptied.get(key) == "null" else [], shown=shown)
    if _content(text, shown).get(CURRENT) != name:
        return text
    if emptied.get(CURRENT) == "":
        return remove(text, [CURRENT], shown=shown)
    return set_value(text, [CURRENT], None if emptied.get(CURRENT) == "null" else "", shown=shown)


def _content(text: str, shown: str) -> dict[str, Any]:
    document = load_text(text, shown)
    content = {} if document.value is None else document.value
    if not isinstance(content, dict):
        raise SandboxError("not a kubeconfig", location=document.location())
    for key in LISTS:
        entries = content.get(key) or []
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise SandboxError(f"not a kubeconfig: '{key}' is not a list", location=document.location([key]))
    return content


def _index(entries: list[dict[str, Any]] | None, name: str) -> int | None:
    found = (index for index, entry in enumerate(entries or ()) if entry.get("name") == name)
    return next(found, None)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[Path]:
    """Lock a kubeconfig as kubectl does; yields the file that `path` links to."""
    with lock_by_presence(path, "the kubeconfig", LOCK_TIMEOUT):
        yield path.resolve()
