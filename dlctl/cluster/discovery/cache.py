"""The discovery cache: the resources of a server in a file of the user's cache folder."""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from dlctl.cluster.protocol import Resource
from dlctl.errors import FileError
from dlctl.files.replace import replace_file

LIFETIME = 6 * 3600.0
"""Maximum age in seconds, as in kubectl's discovery cache (cli-runtime, config_flags.go)."""

_FORMAT = 1
"""The format version: a file with another version is ignored."""


@dataclass(frozen=True, slots=True)
class DiscoveryCache:
    """The cache file of one server. Errors are ignored: an unusable cache counts as empty."""

    path: Path
    now: Callable[[], float]

    def read(self) -> tuple[Resource, ...]:
        """The resources; empty if the file is missing, too old or damaged."""
        try:
            content = json.loads(self.path.read_bytes())
            if content["format"] != _FORMAT or not 0 <= self.now() - content["time"] < LIFETIME:
                return ()
            return tuple(
                Resource(group, version, kind, plural, namespaced, frozenset(verbs))
                for group, version, kind, plural, namespaced, verbs in content["resources"]
            )
        except (OSError, ValueError, LookupError, TypeError):
            return ()

    def write(self, resources: Iterable[Resource]) -> None:
        """Replace the file atomically."""
        rows = [
            (each.group, each.version, each.kind, each.plural, each.namespaced, sorted(each.verbs))
            for each in resources
        ]
        content = json.dumps({"format": _FORMAT, "time": self.now(), "resources": rows})
        with contextlib.suppress(OSError, FileError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self.path, content.encode("utf-8"), flush=False)

    def forget(self) -> None:
        """Remove the file."""
        with contextlib.suppress(OSError):
            self.path.unlink()


def cache_path(folder: Path, server: str, authority: bytes) -> Path:
    """The file of one server, by URL and CA, so that two servers on one port never share a file."""
    digest = hashlib.sha256(server.encode() + b"\0" + authority).hexdigest()
    return folder / "discovery" / f"{digest[:40]}.json"
