"""Keep the number of a component's last run when the run is deleted: its name is not given again.

Checkpoints, logs and metrics outside of the cluster have the names of runs.
"""

from dlctl.cluster.protocol import Cluster
from dlctl.errors import ClusterError
from dlctl.events import Emit, Note
from dlctl.labels import APP, APP_ID, COMPONENT, ENVIRONMENT, MANAGED_BY, RUN, annotations_of, labels_of
from dlctl.manifest import JsonObject
from dlctl.plan.applyset import object_name

_KEPT = (MANAGED_BY, APP, ENVIRONMENT, COMPONENT, RUN)


def keep_last_run(cluster: Cluster, job: JsonObject, manager: str, emit: Emit) -> None:
    """Write the run of a job to a ConfigMap of its component, as an object of that run.

    Where the user may not, or another app has such a ConfigMap, a note says so.
    """
    try:
        cluster.apply(cluster.resource("v1", "ConfigMap"), _record(job), field_manager=manager)
    except ClusterError as error:
        run = labels_of(job)[RUN]
        emit(Note(f"{run} may be the name of another run later: it cannot be kept: {error.message}"))


def _record(job: JsonObject) -> JsonObject:
    labels, metadata = labels_of(job), job["metadata"]
    name = object_name(f"dlctl.{labels[APP]}.{labels[ENVIRONMENT]}.{labels[COMPONENT]}.last-run")
    app_id = {key: value for key, value in annotations_of(job).items() if key == APP_ID}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": name,
            "namespace": metadata["namespace"],
            "labels": {key: labels[key] for key in _KEPT if key in labels},
            "annotations": app_id,
        },
        "data": {"lastRun": labels_of(job)[RUN]},
    }
