"""`show --output-dir`: write one file per object, and an inventory for removing stale files."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from dlctl.cli.output.streams import log
from dlctl.errors import UsageError
from dlctl.files.write import FileChange, change_of, write
from dlctl.kinds import FOUNDATION, wave_of
from dlctl.manifest import Manifest, ObjectRef
from dlctl.text import counted

INVENTORY = ".dlctl-output.json"
"""The inventory of files from earlier runs; no other files are removed."""
_LONGEST = 200
"""The longest stem of a file name: file systems allow 255 bytes, and object names can have 253."""


def write_objects(folder: Path, manifests: Sequence[Manifest], selected: Collection[str]) -> None:
    """Write each object to its own file, and remove stale files of earlier runs.

    `selected` are the components that were rendered; empty means all. Files of other components stay. Raises
    UsageError if a file would be overwritten that was not written by this command.
    """
    from dlctl.yamlio.dump import dump

    check_folder(folder)
    earlier = _earlier(folder)
    names = _file_names([manifest.ref for manifest in manifests])
    texts = {name: dump(each.body).encode("utf-8") for name, each in zip(names, manifests, strict=True)}
    wanted = {name: manifest.component for name, manifest in zip(names, manifests, strict=True)}
    changes = [_change(folder / name, text, mine=name in earlier) for name, text in texts.items()]
    kept = {name: component for name, component in earlier.items() if _stays(component, selected)}
    stale = [folder / name for name in sorted(earlier.keys() - wanted.keys() - kept.keys())]
    stale = [path for path in stale if path.is_file()]
    changes += [change_of(path, None) for path in stale]
    changes.append(_change(folder / INVENTORY, _inventory({**kept, **wanted}), mine=True))
    write([change for change in changes if change.before != change.after], root=folder)
    removed = f", removed {counted(len(stale), 'stale file')}" if stale else ""
    log(f"wrote {counted(len(wanted), 'object')} to {folder}{removed}")


def remove_flat_layout(folder: Path) -> None:
    """Remove the files that an earlier dlctl wrote to this folder itself, and not to one for an environment.

    `kubectl apply -R` would apply them beside the new ones.
    """
    earlier = [folder / name for name in sorted(_earlier(folder))]
    stale = [path for path in earlier if path.is_file()]
    if (folder / INVENTORY).is_file():
        write([change_of(path, None) for path in (*stale, folder / INVENTORY)], root=folder)
    if stale:
        log(f"removed {counted(len(stale), 'file')} of an earlier layout from {folder}")


def check_folder(folder: Path) -> None:
    """Raise UsageError if there is something else than a folder."""
    if not folder.is_dir() and os.path.lexists(folder):
        raise UsageError(
            f"{folder} is not a folder", hint="--output-dir needs a folder; a missing one is created"
        )


def _stays(component: str, selected: Collection[str]) -> bool:
    """Whether a file of a component stays, because the component was not rendered in this run."""
    return bool(selected) and component not in selected


def _inventory(files: Mapping[str, str]) -> bytes:
    return json.dumps({"files": dict(sorted(files.items()))}, indent=2).encode("utf-8") + b"\n"


def _change(path: Path, after: bytes, *, mine: bool) -> FileChange:
    change = change_of(path, after)
    if change.before is not None and change.before != after and not mine:
        raise UsageError(
            f"{path} already exists and was not written by 'dlctl show --output-dir'",
            hint="choose an empty folder, or move the file away",
        )
    return change


def _earlier(folder: Path) -> dict[str, str]:
    """The files of earlier runs and their components; the component is empty where it is not known."""
    try:
        files = json.loads((folder / INVENTORY).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, LookupError, TypeError):
        return {}
    if not isinstance(files, list | dict):
        return {}
    components = files if isinstance(files, dict) else dict.fromkeys(filter(_is_name, files), "")
    return {name: str(component) for name, component in components.items() if _is_name(name)}


def _is_name(name: object) -> bool:
    return isinstance(name, str) and "/" not in name and name not in {"", "..", "."}


def _file_names(refs: Sequence[ObjectRef]) -> list[str]:
    """`<namespace>.<kind>.<group>.<name>.yaml`, with special characters replaced.

    What other objects need comes first by name, as 'kubectl apply -f' reads the files in this order. Equal
    names (RBAC names can differ only in case) and names that are too long get a digest of the object's
    identity.
    """
    names = [_plain(ref) for ref in refs]
    several = {name for name, count in Counter(names).items() if count > 1}
    return [
        f"{name[:_LONGEST]}-{_digest(ref)}.yaml"
        if name in several or len(name) > _LONGEST
        else f"{name}.yaml"
        for name, ref in zip(names, refs, strict=True)
    ]


def _plain(ref: ObjectRef) -> str:
    name = ".".join(part for part in (ref.namespace, ref.kind, ref.group, ref.name) if part).lower()
    first = "0-" if wave_of(ref.group_kind) == FOUNDATION else ""
    return first + "".join(
        character if character.isalnum() or character in "-._" else "_" for character in name
    )


def _digest(ref: ObjectRef) -> str:
    text = json.dumps([ref.namespace, ref.kind, ref.group, ref.name])
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:10]
