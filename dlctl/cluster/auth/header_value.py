"""A value as it may stand in an HTTP header."""

from dlctl.errors import ClusterError


def header_value(name: str, value: str) -> str:
    """The value's UTF-8 bytes, one character each, as `http.client` wants them and Go sends them.

    Raises ClusterError, without the value, for one with a line break in it.
    """
    if any(character < " " or character == "\x7f" for character in value):
        raise ClusterError(
            f"the value of the header {name} has a line break or another control character in it",
            hint="look at the kubeconfig's user: a token is one line",
        )
    return value.encode("utf-8", "replace").decode("latin-1")
