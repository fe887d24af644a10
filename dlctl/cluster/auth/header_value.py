"""Encode values for HTTP headers."""

from dlctl.errors import ClusterError


def header_value(name: str, value: str) -> str:
    """The value's UTF-8 bytes as one character each, which `http.client` needs to send what Go sends.

    Raises ClusterError, without the value, if it contains a control character.
    """
    if any(character < " " or character == "\x7f" for character in value):
        raise ClusterError(
            f"the value of header {name} contains a line break or another control character",
            hint="check the user in the kubeconfig: a token must be a single line",
        )
    return value.encode("utf-8", "replace").decode("latin-1")
