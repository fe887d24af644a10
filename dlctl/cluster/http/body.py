"""Responses, and how their bodies are read."""

from collections.abc import Mapping

import urllib3
import urllib3.exceptions as http
from msgspec import Struct

from dlctl.cluster.answers.answer import Address, wrong_answer
from dlctl.cluster.http.subject import Subject

LARGEST = 1 << 29
"""Bytes of one answer. A page of a list has at most 500 objects, and most are small."""
_PART = 1 << 20


class Received(Struct, frozen=True):
    """A response, and its body; empty where it is streamed. `certificate` is the connection's."""

    response: urllib3.BaseHTTPResponse
    body: bytes
    certificate: bytes | None

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers."""
        return self.response.headers


def read_body(response: urllib3.BaseHTTPResponse, subject: Subject, server: Address) -> bytes:
    """The whole body. Raises ClusterError if it is too large, and urllib3's errors.

    A server that closes the connection inside the headers leaves a response without length, and nothing
    after it: that raises ProtocolError, as a connection that is cut inside the body does.
    """
    parts: list[bytes] = []
    size, framed = 0, _is_framed(response)
    for part in response.stream(_PART, decode_content=True):
        parts.append(part)
        size += len(part)
        if size > LARGEST:
            response.close()
            raise wrong_answer(subject, server, f"it is larger than {LARGEST >> 20} MiB")
    if not size and not framed:
        raise http.ProtocolError("Connection closed inside the headers")
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _is_framed(response: urllib3.BaseHTTPResponse) -> bool:
    """Whether it is known where the body ends. The values of the headers may have been cut too."""
    chunked = isinstance(response, urllib3.HTTPResponse) and response.chunked
    return chunked or response.length_remaining is not None
