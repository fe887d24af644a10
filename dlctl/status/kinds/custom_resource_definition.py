"""CustomResourceDefinition."""

from datetime import datetime

from dlctl.kinds import DEFINITION
from dlctl.manifest import JsonObject
from dlctl.status.model import Verdict, condition, current, failed, in_progress, is_true, message_of

KINDS = (DEFINITION,)


def rule(body: JsonObject, now: datetime | None) -> Verdict:
    """A CustomResourceDefinition is ready when the API server serves its kind."""
    names, established = condition(body, "NamesAccepted"), condition(body, "Established")
    if names.get("status") == "False":
        return failed(message_of(names, "names not accepted"))
    if established.get("status") == "False" and established.get("reason") != "Installing":
        return failed(message_of(established, "not established"))
    return current("established") if is_true(established) else in_progress("not established yet")
