"""`show --output-dir`: one file per object, and a list of what was written so that stale files go."""

import json
from collections.abc import Sequence
from pathlib import Path

from dlctl.app.write import FileChange, write
from dlctl.cli.output import say
from dlctl.errors import UsageError
from dlctl.manifest import JsonObject, Manifest

INVENTORY = ".dlctl-output.json"
"""Names the files that earlier runs wrote: only those are ever removed."""


def write_objects(folder: Path, manifests: Sequence[Manifest], bodies: Sequence[JsonObject]) -> None:
    """Write each object to its own file and remove stale files that an earlier run wrote.

    Raises UsageError where a file that we did not write stands in the way.
    """
    from dlctl.yamlio.dump import dump

    folder.mkdir(parents=True, exist_ok=True)
    ours = _earlier(folder)
    wanted = {
        _file_name(manifest): dump(body).encode("utf-8")
        for manifest, body in zip(manifests, bodies, strict=True)
    }
    changes = [_change(folder / name, text, name in ours) for name, text in wanted.items()]
    stale = [folder / name for name in sorted(ours - wanted.keys()) if (folder / name).is_file()]
    changes += [FileChange(path, path.read_bytes(), None) for path in stale]
    inventory = json.dumps({"files": sorted(wanted)}, indent=2).encode("utf-8") + b"\n"
    changes.append(_change(folder / INVENTORY, inventory, mine=True))
    write([change for change in changes if change.before != change.after], root=folder)
    say(f"wrote {len(wanted)} objects to {folder}" + (f", removed {len(stale)} stale files" if stale else ""))


def _change(path: Path, after: bytes, mine: bool) -> FileChange:
    before = path.read_bytes() if path.is_file() else None
    if before is not None and before != after and not mine:
        raise UsageError(
            f"{path} is in the way: it was not written by 'dlctl show --output-dir'",
            hint="choose an empty folder, or move the file away",
        )
    return FileChange(path, before, after)


def _earlier(folder: Path) -> set[str]:
    try:
        files = json.loads((folder / INVENTORY).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {
        name for name in files if isinstance(name, str) and "/" not in name and name not in {"", "..", "."}
    }


def _file_name(manifest: Manifest) -> str:
    """`<namespace>.<kind>.<group>.<name>.yaml`, with what a file system may not like replaced."""
    parts = [manifest.ref.namespace, manifest.ref.kind, manifest.ref.group, manifest.ref.name]
    name = ".".join(part for part in parts if part).lower()
    return (
        "".join(character if character.isalnum() or character in "-._" else "_" for character in name)
        + ".yaml"
    )
