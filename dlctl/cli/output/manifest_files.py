"""`show --output-dir`: write one file per object, and an inventory for removing stale files."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from dlctl.cli.output.streams import log
from dlctl.errors import UsageError
from dlctl.files.write import FileChange, change_of, write
from dlctl.manifest import JsonObject, Manifest, ObjectRef
from dlctl.text import counted

INVENTORY = ".dlctl-output.json"
"""The inventory of files from earlier runs; no other files are removed."""
_LONGEST = 200
"""The longest stem of a file name: file systems allow 255 bytes, and object names can have 253."""


def write_objects(folder: Path, manifests: Sequence[Manifest], bodies: Sequence[JsonObject]) -> None:
    """Write each object to its own file, and remove stale files of earlier runs.

    Raises UsageError if a file would be overwritten that was not written by this command.
    """
    from dlctl.yamlio.dump import dump

    if not folder.is_dir() and os.path.lexists(folder):
        raise UsageError(
            f"{folder} is not a folder", hint="--output-dir needs a folder; a missing one is created"
        )
    ours = _earlier(folder)
    names = _file_names([manifest.ref for manifest in manifests])
    wanted = {name: dump(body).encode("utf-8") for name, body in zip(names, bodies, strict=True)}
    changes = [_change(folder / name, text, mine=name in ours) for name, text in wanted.items()]
    stale = [folder / name for name in sorted(ours - wanted.keys()) if (folder / name).is_file()]
    changes += [change_of(path, None) for path in stale]
    inventory = json.dumps({"files": sorted(wanted)}, indent=2).encode("utf-8") + b"\n"
    changes.append(_change(folder / INVENTORY, inventory, mine=True))
    write([change for change in changes if change.before != change.after], root=folder)
    removed = f", removed {counted(len(stale), 'stale file')}" if stale else ""
    log(f"wrote {counted(len(wanted), 'object')} to {folder}{removed}")


def _change(path: Path, after: bytes, *, mine: bool) -> FileChange:
    change = change_of(path, after)
    if change.before is not None and change.before != after and not mine:
        raise UsageError(
            f"{path} already exists and was not written by 'dlctl show --output-dir'",
            hint="choose an empty folder, or move the file away",
        )
    return change


def _earlier(folder: Path) -> set[str]:
    try:
        files = json.loads((folder / INVENTORY).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, LookupError, TypeError):
        return set()
    if not isinstance(files, list):
        return set()
    return {
        name for name in files if isinstance(name, str) and "/" not in name and name not in {"", "..", "."}
    }


def _file_names(refs: Sequence[ObjectRef]) -> list[str]:
    """`<namespace>.<kind>.<group>.<name>.yaml`, with special characters replaced.

    Equal names (RBAC names can differ only in case) and names that are too long get a digest of the
    object's identity.
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
    return "".join(character if character.isalnum() or character in "-._" else "_" for character in name)


def _digest(ref: ObjectRef) -> str:
    text = json.dumps([ref.namespace, ref.kind, ref.group, ref.name])
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:10]
