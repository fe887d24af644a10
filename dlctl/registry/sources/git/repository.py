"""A temporary copy of one commit of a git repository: shallow, without files until they are asked for."""

import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from msgspec import Struct

from dlctl.errors import RegistryError
from dlctl.events import Emit, Progress
from dlctl.registry.sources.git.failures import failure
from dlctl.registry.sources.git.settings import environment, scheme_of, settings
from dlctl.registry.sources.process import Ended, Limits, run
from dlctl.suggest import did_you_mean

MAX_OUTPUT = 64_000_000
MAX_DISK = 1_000_000_000
_COUNT = re.compile(r"(?:remote: )?([A-Z][a-z]+ [a-z]+): +\d+% \((\d+)/(\d+)\)")
_CONFIG = "[core]\n\trepositoryformatversion = {version}\n\tbare = true\n{extension}"


class Ref(Struct, frozen=True):
    """What a name refers to in the remote repository; the default branch has no name here."""

    name: str
    commit: str
    is_tag: bool


class Blob(Struct, frozen=True):
    """A file's object: its id, and its size (-1 if it was not fetched)."""

    id: str
    size: int


class Repository(Struct, frozen=True):
    """Calls git for one URL; `folder` is a repository of its own, which `create` makes.

    Every method raises RegistryError if git fails, takes longer than `timeout`, or gets too much.
    """

    url: str
    folder: Path
    environ: Mapping[str, str]
    timeout: float
    emit: Emit

    def resolve(self, ref: str) -> Ref:
        """The commit of a branch or tag; of the default branch if `ref` is empty."""
        if not ref:
            commit = self._remote(["HEAD"]).get("HEAD", "")
            if not commit:
                raise RegistryError(f"{self.url} has no default branch", hint="pass --ref")
            return Ref("", commit, is_tag=False)
        return self.first([ref]) or self._no_ref(ref)

    def split(self, text: str) -> Ref:
        """The longest branch or tag that a text `REF/PATH` begins with."""
        parts = text.split("/")
        names = ["/".join(parts[:length]) for length in range(len(parts), 0, -1)]
        return self.first(names) or self._no_ref(text)

    def first(self, names: Sequence[str], *, tags_only: bool = False) -> Ref | None:
        """The first of these names that is a branch or a tag, a branch before a tag; None if none is."""
        kinds = ("tags",) if tags_only else ("heads", "tags")
        full = [f"refs/{kind}/{name}" for name in names for kind in kinds]
        found = self._remote([*full, *(f"{each}^{{}}" for each in full if each.startswith("refs/tags/"))])
        for each in full:
            if each in found:
                _, kind, name = each.split("/", 2)
                return Ref(name, found.get(f"{each}^{{}}", found[each]), is_tag=kind == "tags")
        return None

    def _remote(self, wanted: Sequence[str]) -> dict[str, str]:
        """The objects of the remote repository's refs with these full names; that of a tag and its commit."""
        ended = self._git("ls-remote", "--quiet", "--", self.url, *wanted)
        lines = (line.split("\t") for line in ended.out.decode("ascii", "replace").splitlines())
        return {name: commit for commit, name in (line for line in lines if len(line) == 2)}

    def _no_ref(self, ref: str) -> NoReturn:
        refs = self._remote(["refs/heads/*", "refs/tags/*"])
        names = [each.split("/", 2)[2] for each in refs if not each.endswith("^{}")]
        raise RegistryError(
            f"{self.url} has no branch or tag '{ref}'",
            hint=did_you_mean(ref, names, "name a branch, a tag, or a commit with all of its 40 digits"),
        )

    def create(self, commit: str) -> None:
        """Fetch one commit with its folders and none of its files, where the server can leave them out."""
        shutil.rmtree(self.folder, ignore_errors=True)
        sha256 = ("--object-format=sha256",) if len(commit) == 64 else ()
        self._git("init", "--quiet", "--bare", "--template=", *sha256, "--", str(self.folder))
        self._fetch(commit, "--depth=1")

    def fetch(self, ids: Iterable[str]) -> None:
        """Fetch objects by their ids."""
        self._fetch(*ids)

    def files(self, commit: str, path: str) -> bytes:
        """The output of `git ls-tree -r -z` for a folder of the commit."""
        ended = self._in_repository("ls-tree", "-r", "-z", "--full-tree", f"{commit}:{path}", failing=True)
        if ended.code:
            raise RegistryError(
                f"{self.url} has no folder '{path}' in commit {commit[:12]}",
                hint=did_you_mean(path, self._folders(commit), "name another folder with --path"),
            )
        return ended.out

    def _folders(self, commit: str) -> list[str]:
        """The paths of all folders of a commit."""
        ended = self._in_repository("ls-tree", "-r", "-d", "-z", "--name-only", "--full-tree", commit)
        return ended.out.decode("utf-8", "replace").split("\0")[:-1]

    def blobs(self, ids: Iterable[str]) -> tuple[Blob, ...]:
        """The sizes of objects."""
        given = "".join(f"{each}\n" for each in ids).encode()
        lines = self._in_repository("cat-file", "--batch-check", data=given).out.decode("ascii").splitlines()
        return tuple(_blob(line.split()) for line in lines)

    def contents(self, blobs: Iterable[Blob]) -> dict[str, bytes]:
        """The bytes of objects by id."""
        given = "".join(f"{each.id}\n" for each in blobs).encode()
        out = self._in_repository("cat-file", "--batch", data=given).out
        found: dict[str, bytes] = {}
        position = 0
        while position < len(out):
            end = out.index(b"\n", position)
            blob = _blob(out[position:end].decode("ascii").split())
            found[blob.id] = out[end + 1 : end + 1 + blob.size]
            position = end + 1 + max(blob.size, -1) + 1
        return found

    def _fetch(self, *wanted: str) -> None:
        """Fetch commits or objects from the URL, as the promisor remote `origin`."""
        options = [word for word in wanted if word.startswith("--")]
        ids = [word for word in wanted if not word.startswith("--")]
        self._in_repository(
            *("-c", f"remote.origin.url={self.url}", "-c", "remote.origin.promisor=true"),
            *("fetch", "--progress", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"),
            *("--no-auto-maintenance", "--filter=blob:none", *options, "--stdin", "origin"),
            data="".join(f"{each}\n" for each in ids).encode(),
        )
        # Without the promisor in the configuration git never fetches a missing object by itself.
        sha256 = len(ids[0]) == 64
        extension = "[extensions]\n\tobjectFormat = sha256\n" if sha256 else ""
        (self.folder / "config").write_text(_CONFIG.format(version=int(sha256), extension=extension))

    def _in_repository(self, *words: str, data: bytes = b"", failing: bool = False) -> Ended:
        return self._git("--git-dir", str(self.folder), *words, data=data, failing=failing)

    def _git(self, *words: str, data: bytes = b"", failing: bool = False) -> Ended:
        limits = Limits(self.timeout, MAX_OUTPUT, self.folder, MAX_DISK)
        try:
            ended = run(
                ["git", *settings(), *words],
                environment(self.environ, scheme_of(self.url)),
                limits,
                data=data,
                progress=self._progress,
            )
        except FileNotFoundError as error:
            raise RegistryError("git is not installed", hint="install git, or use a directory") from error
        if ended.broken or (ended.code and not failing):
            raise failure(ended, self.url, self.timeout)
        return ended

    def _progress(self, line: str) -> None:
        if found := _COUNT.match(line):
            self.emit(Progress(found[1].lower(), int(found[2]), int(found[3])))


def _blob(words: list[str]) -> Blob:
    """An entry of `cat-file`: ID TYPE SIZE, or `ID missing`. What is no file counts as missing."""
    return Blob(words[0], int(words[2]) if len(words) == 3 and words[1] == "blob" else -1)
