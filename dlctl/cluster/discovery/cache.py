"""The discovery cache: the resources of a server in a file of the user's cache folder."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import structs

from dlctl.cluster.answers.shape import each, fields, text, whole_number
from dlctl.cluster.protocol import Resource
from dlctl.files.signed_files import SignedFiles, SignedFolder
from dlctl.json_text import NotJson, parse_json

LIFETIME = 6 * 3600.0
"""Maximum age in seconds, as in kubectl's discovery cache (cli-runtime, config_flags.go)."""

_FORMAT = 2
"""The format version: a file with another version is ignored."""
_PURPOSE = "discovery"


_ROW = fields(
    ("version", "kind", "plural"), group=text, version=text, kind=text, plural=text, verbs=each(text)
)
_CONTENT = fields(("format", "time", "resources"), time=whole_number, resources=each(_ROW))


class DiscoveryCache:
    """What one server serves, in a file of its own. An unusable cache counts as empty."""

    def __init__(self, folder: SignedFolder, name: str, now: Callable[[], float]) -> None:
        self._files = SignedFiles(folder)
        self._name = name
        self._now = now

    def read(self) -> tuple[Resource, ...]:
        """The resources; empty if the file is missing, too old, damaged, or somebody else's."""
        stored = self._files.read(self._name, _PURPOSE)
        try:
            content = parse_json(stored or b"")
        except NotJson:
            return ()
        if _CONTENT(content) is not None or content["format"] != _FORMAT:
            return ()
        if not 0 <= self._now() - content["time"] < LIFETIME:
            return ()
        return tuple(map(_resource, content["resources"]))

    def write(self, resources: Iterable[Resource]) -> None:
        """Replace the file atomically; errors of the file system are ignored."""
        rows = [{**structs.asdict(one), "verbs": sorted(one.verbs)} for one in resources]
        content = json.dumps({"format": _FORMAT, "time": int(self._now()), "resources": rows})
        self._files.write(self._name, _PURPOSE, content.encode("utf-8"))

    def forget(self) -> None:
        """Remove the file."""
        self._files.remove(self._name)


def _resource(row: Mapping[str, Any]) -> Resource:
    return Resource(
        row.get("group") or "",
        row["version"],
        row["kind"],
        row["plural"],
        row.get("namespaced") is True,
        frozenset(row.get("verbs") or ()),
    )


def cache_name(server: str, authority: bytes) -> str:
    """The file of one server, by URL and CA, so that two servers on one port never share a file."""
    return hashlib.sha256(server.encode() + b"\0" + authority).hexdigest()[:40] + ".json"
