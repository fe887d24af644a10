"""The discovery cache: the resources of a server in a file of the user's cache folder."""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from dlctl.cluster.answers.shape import each, fields, text, whole_number
from dlctl.cluster.protocol import Resource
from dlctl.errors import FileError
from dlctl.files.replace import replace_file
from dlctl.json_text import NotJson, parse_json

LIFETIME = 6 * 3600.0
"""Maximum age in seconds, as in kubectl's discovery cache (cli-runtime, config_flags.go)."""

_FORMAT = 2
"""The format version: a file with another version is ignored."""


_ROW = fields(
    ("version", "kind", "plural"), group=text, version=text, kind=text, plural=text, verbs=each(text)
)
_CONTENT = fields(("format", "time", "resources"), time=whole_number, resources=each(_ROW))


class DiscoveryCache(Struct, frozen=True):
    """The cache file of one server. Errors are ignored: an unusable cache counts as empty."""

    path: Path
    now: Callable[[], float]

    def read(self) -> tuple[Resource, ...]:
        """The resources; empty if the file is missing, too old or damaged."""
        try:
            content = parse_json(self.path.read_bytes())
        except (OSError, NotJson):
            return ()
        if _CONTENT(content) is not None or content["format"] != _FORMAT:
            return ()
        if not 0 <= self.now() - content["time"] < LIFETIME:
            return ()
        return tuple(map(_resource, content["resources"]))

    def write(self, resources: Iterable[Resource]) -> None:
        """Replace the file atomically."""
        rows = [{**structs.asdict(one), "verbs": sorted(one.verbs)} for one in resources]
        content = json.dumps({"format": _FORMAT, "time": int(self.now()), "resources": rows})
        with contextlib.suppress(OSError, FileError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self.path, content.encode("utf-8"), flush=False)

    def forget(self) -> None:
        """Remove the file."""
        with contextlib.suppress(OSError):
            self.path.unlink()


def _resource(row: Mapping[str, Any]) -> Resource:
    return Resource(
        row.get("group") or "",
        row["version"],
        row["kind"],
        row["plural"],
        row.get("namespaced") is True,
        frozenset(row.get("verbs") or ()),
    )


def cache_path(folder: Path, server: str, authority: bytes) -> Path:
    """The file of one server, by URL and CA, so that two servers on one port never share a file."""
    digest = hashlib.sha256(server.encode() + b"\0" + authority).hexdigest()
    return folder / "discovery" / f"{digest[:40]}.json"
