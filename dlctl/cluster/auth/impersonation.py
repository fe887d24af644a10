"""User impersonation: the `Impersonate-…` headers.

Source: kubernetes.io, "User impersonation"; the encoding of extra keys is client-go's,
transport/round_trippers.go. Neither is in the kubernetes package.
"""

import urllib.parse
from collections.abc import Mapping

from msgspec import Struct, field

from dlctl.cluster.kubeconfig.entry import Entry
from dlctl.errors import ClusterError

HeaderList = tuple[tuple[str, str], ...]
"""A list of headers; a name may occur several times."""

_KEY_SAFE = "!#$&'*+-.^_`|~"
"""Characters besides letters and digits that need no encoding in a header name (RFC 7230, token)."""


class Impersonation(Struct, frozen=True):
    """The impersonated user: `--as`, `--as-uid`, `--as-group`, and the kubeconfig's `as-user-extra`."""

    user: str = ""
    uid: str = ""
    groups: tuple[str, ...] = ()
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def over(self, other: "Impersonation") -> "Impersonation":
        """This impersonation, with missing fields taken from `other`."""
        return Impersonation(
            self.user or other.user,
            self.uid or other.uid,
            self.groups or other.groups,
            self.extra or other.extra,
        )

    def headers(self) -> HeaderList:
        """The headers. Raises ClusterError if fields are set but no user, as kubectl does."""
        if not self.user and (self.uid or self.groups or self.extra):
            raise ClusterError(
                "impersonation has a uid, groups or extra fields but no user",
                hint="set 'as: USER' in the kubeconfig's user",
            )
        pairs = [("Impersonate-User", self.user)] if self.user else []
        pairs += [("Impersonate-Uid", self.uid)] if self.uid else []
        pairs += [("Impersonate-Group", group) for group in self.groups]
        for key, values in self.extra.items():
            name = "Impersonate-Extra-" + urllib.parse.quote(key, safe=_KEY_SAFE)
            pairs += [(name, value) for value in values]
        return tuple(pairs)


def impersonation_of(user: Entry | None) -> Impersonation:
    """The impersonation configured for a kubeconfig user."""
    if user is None:
        return Impersonation()
    extra = user.mapping("as-user-extra")
    if not all(isinstance(values, list) for values in extra.values()):
        raise user.error("'as-user-extra' must map each key to a list of strings", "as-user-extra")
    return Impersonation(
        user.text("as"),
        user.text("as-uid"),
        user.texts("as-groups"),
        {key: tuple(str(value) for value in values) for key, values in extra.items()},
    )
