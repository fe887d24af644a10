"""Why an object is not ready: a sentence, and what else is known of it."""

from msgspec import Struct

from dlctl.manifest import ObjectRef


class Cause(Struct, frozen=True):
    """One cause of one object.

    `layer` is where it was found: object, queue, gang, quota, scheduler, image, start, crash,
    node or pod. `text` is one line, such as `7 of 8 workers: OOMKilled, limit 16Gi`. `pods` have it; `events`
    are the last warnings, `log` is the end of the failing container's log.
    """

    ref: ObjectRef
    layer: str
    text: str
    pods: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    log: tuple[str, ...] = ()
