"""Paths inside a root folder, as the kernel resolves them after chroot(2).

The rules are those of openat2(2) with RESOLVE_IN_ROOT: symbolic links are followed, an absolute target
starts at the root folder, and `..` at the root folder stays there. A path therefore never leads out.
"""

import errno
import os

MAX_LINKS = 40
"""As in the kernel: path_resolution(7), "a maximum number of symbolic links"."""

Parts = tuple[str, ...]
"""A path without links, by its components below the root folder; empty for the root folder itself."""


class Resolver:
    """Resolves paths below one root folder. Each component is looked at once and then remembered."""

    def __init__(self, root: str) -> None:
        self.root = root.rstrip("/")
        self._targets: dict[Parts, str | None] = {}

    def resolve(self, path: str, *, follow_last: bool = True) -> Parts:
        """The components of a path once all links in it are followed.

        Without `follow_last` a link in the last component stays one. Raises OSError: a component does not
        exist or cannot be looked at, or there are too many links.
        """
        todo = _components(path)
        done: list[str] = []
        links = 0
        while todo:
            name = todo.pop()
            if name == "..":
                done = done[:-1]
                continue
            target = self._target((*done, name)) if follow_last or todo else None
            if target is None:
                done.append(name)
                continue
            links += 1
            if links > MAX_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
            done = [] if target.startswith("/") else done
            todo += _components(target)
        return tuple(done)

    def target(self, path: str) -> str | None:
        """Where a link points, as it is written in it; None for anything else. Raises OSError."""
        return self._target(self.resolve(path, follow_last=False))

    def real(self, parts: Parts) -> str:
        """The path of resolved components on this machine."""
        return "/".join((self.root, *parts)) or "/"

    def _target(self, parts: Parts) -> str | None:
        if parts not in self._targets:
            self._targets[parts] = _read_link(self.real(parts))
        return self._targets[parts]


def _read_link(path: str) -> str | None:
    try:
        return os.readlink(path)  # noqa: PTH115 - of thousands of paths, and as it is written
    except OSError as error:
        if error.errno == errno.EINVAL:  # it exists, and is not a link
            return None
        raise


def _components(path: str) -> list[str]:
    """The names in a path, the last one first."""
    return [name for name in reversed(path.split("/")) if name not in ("", ".")]
