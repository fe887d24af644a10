"""An answer of a server, and the error where it is not what was asked for."""

from collections.abc import Mapping
from typing import Any, Protocol

from msgspec import Struct

from dlctl.cluster.answers.shape import Check
from dlctl.errors import ClusterError
from dlctl.json_text import NotJson, parse_json


class Address(Protocol):
    """A server, for messages. Nothing is looked up before a message needs it."""

    @property
    def name(self) -> str:
        """Its URL with the context."""

    @property
    def written(self) -> str:
        """Where its URL is written: a kubeconfig with the line."""


def what_to_check(server: Address) -> str:
    """A hint for where something that is no API server seems to respond."""
    return f"check the server URL in {server.written}, and what is between, such as a proxy"


class InvalidResponse(ClusterError):  # noqa: N818 - named like the other errors
    """A response that no API server sends: it cannot be used."""


class Answer(Struct, frozen=True):
    """The JSON `value` that a server sent. `asked` is the request in words, `server` sent it."""

    asked: object
    server: Address
    value: Any

    def mapping(self, check: Check) -> Mapping[str, Any]:
        """The value, which is an object and has the shape that `check` accepts. Raises ClusterError."""
        problem = check(self.value)
        if problem is not None:
            raise self.wrong(str(problem))
        found: Mapping[str, Any] = self.value
        return found

    def wrong(self, what: str) -> ClusterError:
        """The error for an answer that cannot be used; `what` is wrong with it, without its values."""
        return wrong_answer(self.asked, self.server, what)


def answer_of(asked: object, server: Address, data: bytes) -> Answer:
    """The answer in the body of a response. Raises ClusterError if it is not JSON."""
    try:
        return Answer(asked, server, parse_json(data))
    except NotJson as error:
        raise wrong_answer(asked, server, str(error)) from error


def wrong_answer(asked: object, server: Address, what: str) -> ClusterError:
    """The error for a request whose answer cannot be used."""
    return InvalidResponse(
        f"{asked}: invalid response from {server.name}: {what}", hint=what_to_check(server)
    )
