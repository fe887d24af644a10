"""What a server serves, kept in a file of the user's cache folder."""

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
"""Seconds; kubectl keeps its discovery cache as long (cli-runtime, config_flags.go)."""

_FORMAT = 1
"""The number of the file's form: a file of another form is not read."""


@dataclass(frozen=True, slots=True)
class DiscoveryCache:
    """One server's file. Nothing here fails: a cache that cannot be used is as good as none."""

    path: Path
    now: Callable[[], float]

    def read(self) -> tuple[Resource, ...]:
        """The resources, or nothing where there is no file, or an old or a broken one."""
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
        """Replace the file in one step."""
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
    """The file of one server: by its URL and its CA, so that two servers on one port never share one."""
    digest = hashlib.sha256(server.encode() + b"\0" + authority).hexdigest()
    return folder / "discovery" / f"{digest[:40]}.json"
