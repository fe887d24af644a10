"""Create the CRDs of kinds in a sandbox."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from dlctl.labels import STAND_IN
from dlctl.sandbox.host.server import CONNECTIONS, MANAGER, MERGE_PATCH, Server
from dlctl.sandbox.kinds.definitions import Kind, definition
from dlctl.sandbox.operators.objects import DEFINITIONS

OWNED: dict[str, Any] = {"f:metadata": {"f:labels": {f"f:{STAND_IN}": {}}}}


def serve(server: Server, kinds: Iterable[Kind]) -> tuple[str, ...]:
    """Create the CRDs of these kinds, except those that exist; returns the names of the new ones.

    Raises SandboxError if the API server refuses one.
    """
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        created = pool.map(lambda kind: _create(server, kind), kinds)
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
