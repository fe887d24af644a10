"""A package as users name it on the command line."""

from msgspec import Struct

from dlctl.app.package_keys import COMMIT, DIGEST, VERSION
from dlctl.errors import UsageError
from dlctl.registry.packages.versions import Range, exactly, parse_range


class Wanted(Struct, frozen=True):
    """A package as named on the command line: REGISTRY/PACKAGE, and at most one of the others."""

    registry: str
    package: str
    version: str = ""
    commit: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """`REGISTRY/PACKAGE`."""
        return f"{self.registry}/{self.package}"

    @property
    def explicit(self) -> bool:
        """Whether the user chose what to install, and not just the newest."""
        return bool(self.version or self.commit or self.digest)

    @property
    def range(self) -> Range:
        """The versions that the user accepts."""
        return exactly(self.version) if self.version else parse_range("*")


def parse_wanted(text: str) -> Wanted:
    """Parse `REGISTRY/PACKAGE[@VERSION|@COMMIT|@DIGEST]`. Raises UsageError."""
    name, at, state = text.partition("@")
    registry, slash, package = name.partition("/")
    if not slash or not registry or not package or "/" in package or (at and not state):
        raise UsageError(
            f"'{text}' does not name a package", hint="write REGISTRY/PACKAGE, or REGISTRY/PACKAGE@VERSION"
        )
    if DIGEST.fullmatch(state):
        return Wanted(registry, package, digest=state)
    if COMMIT.fullmatch(state):
        return Wanted(registry, package, commit=state)
    version = state.removeprefix("v")
    if state and not VERSION.fullmatch(version):
        raise UsageError(
            f"'{state}' is not a version, a commit or a digest",
            hint="a version is like 1.2.3; a commit has 40 hexadecimal digits; a digest begins with sha256:",
        )
    return Wanted(registry, package, version=version)
