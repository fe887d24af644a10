"""An answer of a server, and the error where it is not what was asked for."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from dlctl.cluster.answers.shape import Check
from dlctl.errors import ClusterError
from dlctl.json_text import NotJson, parse_json

HINT = "check the server URL, and what is between you and the API server, such as a proxy"


class Answer(Struct, frozen=True):
    """The JSON `value` that a server sent. `asked` is the request in words, `server` who answered."""

    asked: object
    server: str
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


def answer_of(asked: object, server: str, data: bytes) -> Answer:
    """The answer in the body of a response. Raises ClusterError if it is not JSON."""
    try:
        return Answer(asked, server, parse_json(data))
    except NotJson as error:
        raise wrong_answer(asked, server, str(error)) from error


def wrong_answer(asked: object, server: str, what: str) -> ClusterError:
    """The error for a request whose answer cannot be used."""
    return ClusterError(f"{asked}: invalid response from {server}: {what}", hint=HINT)
