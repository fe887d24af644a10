"""Create the CRDs of kinds in a sandbox."""

from collections.abc import Iterable
from typing import Any

from dlctl.labels import STAND_IN
from dlctl.plan.parallel import in_parallel
from dlctl.sandbox.host.server import MANAGER, MERGE_PATCH, Server
from dlctl.sandbox.kinds.definitions import Kind, definition
from dlctl.sandbox.operators.objects import DEFINITIONS, definitions

REQUESTS = 8
"""CRDs that are created at once: each takes the API server some milliseconds of other work than CPU."""
OWNED: dict[str, Any] = {"f:metadata": {"f:labels": {f"f:{STAND_IN}": {}}}}


def serve(server: Server, kinds: Iterable[Kind]) -> tuple[str, ...]:
    """Create the CRDs of these kinds, except those that exist; returns the names of the new ones.

    Raises SandboxError if the API server refuses one.
    """
    present = {each["metadata"]["name"] for each in definitions(server)}
    new = [kind for kind in kinds if kind.definition_name not in present]
    created = in_parallel(lambda kind: _create(server, kind), new, REQUESTS)
    return tuple(name for name in created if name)


def _create(server: Server, kind: Kind) -> str:
    status, _ = server.request("POST", f"{DEFINITIONS}?fieldManager={MANAGER}", definition(kind))
    if status == 409:
        return ""
    # The sandbox owns the label only, so that who brings the real CRD gets no conflict.
    owner = {"manager": MANAGER, "operation": "Update", "apiVersion": "apiextensions.k8s.io/v1"}
    owner |= {"fieldsType": "FieldsV1"}
    patch = {"metadata": {"managedFields": [{**owner, "fieldsV1": OWNED}]}}
    server.request("PATCH", f"{DEFINITIONS}/{kind.definition_name}", patch, MERGE_PATCH)
    return kind.definition_name
