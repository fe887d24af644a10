"""Let go of the objects that dlctl.yaml releases: they are in no ApplySet and no target any more."""

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.same_cluster import require_same_cluster
from dlctl.errors import DlctlError, NotFound
from dlctl.events import Emit, Note
from dlctl.labels import APP, APP_ID, COMPONENT, ENVIRONMENT, MANAGED_BY, MANAGER, annotations_of, labels_of
from dlctl.plan.applyset import PART_OF_SET
from dlctl.plan.model import Plan, Step

LABELS = (APP, ENVIRONMENT, COMPONENT, PART_OF_SET)


def release_all(plan: Plan, cluster: Cluster, emit: Emit) -> bool:
    """Remove our labels and field managers from what a plan releases; whether all of it is done.

    Labels that others have changed since the plan was made stay. A failure is a note: the next run does it.
    """
    done = True
    for step in plan.releases:
        try:
            require_same_cluster(cluster, plan.identity)
            _release(cluster, step, plan.scope.managers.all)
        except NotFound:
            continue  # it is gone, or another one has its name
        except DlctlError as error:
            emit(Note(f"{step.ref} still has this app's labels: {error.message}"))
            done = False
    return done


def _release(cluster: Cluster, step: Step, managers: tuple[str, ...]) -> None:
    assert step.resource is not None
    labels, annotations = labels_of(step.live or {}), annotations_of(step.live or {})
    ours = (*LABELS, MANAGED_BY) if labels.get(MANAGED_BY) == MANAGER else LABELS
    cluster.release(
        step.resource,
        step.ref.name,
        step.ref.namespace,
        uid=step.uid,
        managers=managers,
        labels={key: labels[key] for key in ours if key in labels},
        annotations={key: annotations[key] for key in (APP_ID,) if key in annotations},
    )
