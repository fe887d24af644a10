"""The container of the user's program among those of a pod."""

from dlctl.manifest import JsonObject
from dlctl.pattern import pattern
from dlctl.status.model import text_at, value_at

_MAIN = ("tensorflow", "pytorch", "mpi", "paddle", "jax", "xgboost", "node", "trainer", "kserve-container")
"""What training operators and servers call the container of the user's program."""
_SIDECAR = pattern(
    r"(?:istio-|linkerd-|fluent|vault-|cloud-sql|filebeat|promtail|dapr)|^queue-proxy$|^daprd$"
)


def main_container(pod: JsonObject) -> str:
    """The container of the user's program: by kubectl's annotation, by its name, else no sidecar."""
    specs = value_at(pod, "spec", "containers")
    names = [text_at(each, "name") for each in (specs if isinstance(specs, list) else ())]
    stated = text_at(pod, "metadata", "annotations", "kubectl.kubernetes.io/default-container")
    known = [name for name in (stated, *_MAIN) if name in names]
    others = [name for name in names if not _SIDECAR.search(name)]
    return next(iter((*known, *others, *names)), "")
