"""The git revision of a folder on this machine."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from dlctl.registry.sources.git.settings import environment
from dlctl.registry.sources.process import Limits, run

SECONDS = 5.0
OUTPUT = 65_536
_OPTIONS = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false")


class Revision(Struct, frozen=True):
    """The commit of a folder's repository, empty where there is none; `changed`: its files differ from it."""

    commit: str = ""
    changed: bool = False


def revision_of(folder: Path, environ: Mapping[str, str]) -> Revision:
    """The revision of a folder; an empty one outside a repository, without git, and where git fails."""
    commit = _git(folder, environ, "rev-parse", "--verify", "--quiet", "HEAD")
    if not commit:
        return Revision()
    status = _git(folder, environ, "status", "--porcelain", "--", ".")
    return Revision(commit, status is None or bool(status))


def _git(folder: Path, environ: Mapping[str, str], *words: str) -> str | None:
    """What git prints; None where it fails, or prints too much."""
    command = ["git", *_OPTIONS, "-C", str(folder), *words]
    try:
        ended = run(command, environment(environ, "file"), Limits(SECONDS, OUTPUT))
    except OSError:
        return None
    failed = ended.code or ended.broken
    return None if failed else ended.out.decode("utf-8", "replace").strip()
