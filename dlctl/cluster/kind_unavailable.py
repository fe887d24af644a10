"""The error for a server that answers, but not for one kind."""

from dlctl.errors import ClusterError


class KindUnavailable(ClusterError):  # noqa: N818 - named like the other errors
    """What the server needs for this kind fails: its webhook, its storage, or the server of its API."""

    code = "kind-unavailable"
