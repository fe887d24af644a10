"""The Secret that a component's pod templates with RESTART need: the key of their digests."""

from collections.abc import Sequence

from dlctl.labels import RESTART_KEY, restarting
from dlctl.render.engine.model import Rendered


def with_restart_key(documents: Sequence[Rendered], base_name: str) -> tuple[Rendered, ...]:
    """The objects of a component, with the Secret of the key if one of them needs it.

    It has no data: these are random, and no plan changes those that a cluster has.
    """
    asking = next((each for each in documents if restarting(each.value)), None)
    if asking is None:
        return tuple(documents)
    metadata = {"name": f"{base_name}-restart-key", "annotations": {RESTART_KEY: "true"}}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque"}
    return (*documents, Rendered(secret, asking.location))
