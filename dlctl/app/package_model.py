"""The model of registries and of installed packages, as dlctl.yaml states them."""

from msgspec import Struct

from dlctl.errors import Location
from dlctl.pattern import pattern

VENDOR_FOLDER = "vendor"
SSH_KEY = pattern(
    r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-ssh-ed25519@openssh\.com"
    r"|sk-ecdsa-sha2-nistp256@openssh\.com) [A-Za-z0-9+/]{32,4096}={0,3}( [ -~]*)?"
)
"""An SSH public key, as in a .pub file."""
SSH_KEY_KINDS = ("ssh-ed25519 ", "ssh-rsa ", "ecdsa-sha2-", "sk-ssh-ed25519@", "sk-ecdsa-sha2-")
"""How such a line begins."""


class TrustedKey(Struct, frozen=True):
    """A public key whose signatures of packages are accepted: an SSH key, or a cosign key (PEM).

    `identity` is who has it; with `authority` the key signs certificates for that identity. It counts from
    the day `valid_after` on, and before the day `valid_before`, both in UTC; an empty one is no limit.
    """

    ssh: str = ""
    cosign: str = ""
    identity: str = ""
    authority: bool = False
    valid_after: str = ""
    valid_before: str = ""


class RegistryEntry(Struct, frozen=True):
    """A registry: a `directory`, a `git` repository with a `ref` and a `path` in it, or an `oci` repository.

    `directory` is absolute or relative to the app's root; `commit` is the commit of `ref` that is used.
    `oci` is HOST/REPOSITORY; `digest` is what its `tag` named, and `storage` a further host for its blobs.
    With `require_signed` each package must be signed by one of the `trusted` keys. An entry `from_browser` is
    not stored yet: its `ref` may go on in its `path`, since both were written as REF/PATH.
    """

    name: str
    directory: str = ""
    git: str = ""
    ref: str = ""
    path: str = ""
    commit: str = ""
    oci: str = ""
    tag: str = ""
    digest: str = ""
    storage: str = ""
    require_signed: bool = False
    trusted: tuple[TrustedKey, ...] = ()
    from_browser: bool = False
    location: Location | None = None

    @property
    def kind(self) -> str:
        """The kind of source: `git`, `oci` or `directory`."""
        return "git" if self.git else "oci" if self.oci else "directory"

    @property
    def revision(self) -> str:
        """The state that is used: a commit or a digest; empty for a directory."""
        return self.commit or self.digest


class Pin(Struct, frozen=True):
    """An installed package: its version, its digest, and the commit or the OCI manifest that it came from.

    `shadow`: its prototypes take precedence over built-in ones. `dependency`: only other packages need it.
    """

    registry: str
    package: str
    version: str
    digest: str
    commit: str = ""
    shadow: bool = False
    dependency: bool = False
    manifest: str = ""
    location: Location | None = None

    @property
    def name(self) -> str:
        """`REGISTRY/PACKAGE`."""
        return f"{self.registry}/{self.package}"

    @property
    def shown(self) -> str:
        """`REGISTRY/PACKAGE@VERSION`."""
        return f"{self.name}@{self.version}"

    @property
    def folder(self) -> str:
        """The folder of its files, relative to the app's root."""
        return f"{VENDOR_FOLDER}/{self.shown}"
