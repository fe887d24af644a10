"""What of a component's objects is a run's own, and what its runs share.

The job is a run's own, and so is what only the job uses: ConfigMaps, Secrets, a TrainingRuntime, the pod
group, and a Service whose selector names the job. All else is shared: claims, other Services, accounts.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from dlctl.deploy.references import named_objects, naming_of, secrets_of_account
from dlctl.errors import PlanError
from dlctl.jobs.kinds import is_job
from dlctl.manifest import GroupKind, Manifest, ObjectRef
from dlctl.status import Rules
from dlctl.status.model import mapping_at
from dlctl.text import listed

_JOB_NAME_LABELS = ("batch.kubernetes.io/job-name", "job-name")
"""Labels that the controller of Jobs gives to pods, with the name of the job."""

_CONFIGURATION = (
    GroupKind("", "ConfigMap"),
    GroupKind("", "Secret"),
    GroupKind("trainer.kubeflow.org", "TrainingRuntime"),
)
_SERVICE = GroupKind("", "Service")


class Parts(Struct, frozen=True):
    """The job of a component, the objects that are a run's own beside it, and those that are shared.

    `name_labels` are those that controllers give to pods, with the name of the job.
    """

    job: Manifest
    own: tuple[Manifest, ...]
    shared: tuple[Manifest, ...]
    name_labels: frozenset[str]


def parts_of(component: str, manifests: Sequence[Manifest], rules: Rules) -> Parts:
    """The parts of a component. Raises PlanError where it has no job or several, RegistryError."""
    job = _the_job(component, manifests, rules)
    others = [each for each in manifests if each is not job]
    labels = _name_labels(rules)
    candidates = [each for each in others if _may_be_own(each, job, labels)]
    used = _named([each for each in others if each not in candidates], manifests, rules)
    own = tuple(each for each in candidates if each.ref not in used)
    return Parts(job, own, tuple(each for each in others if each not in own), labels)


def _name_labels(rules: Rules) -> frozenset[str]:
    stated = (each.pod_label for each in rules.every() if each.job and each.pod_label)
    return frozenset((*_JOB_NAME_LABELS, *stated))


def _the_job(component: str, manifests: Iterable[Manifest], rules: Rules) -> Manifest:
    jobs = [each for each in manifests if is_job(each.ref.group_kind, rules)]
    if len(jobs) == 1:
        return jobs[0]
    if not jobs:
        raise PlanError(
            f"component {component} has no job, so it has no runs",
            hint="'dlctl apply ENV -c COMPONENT' applies components that are not jobs",
        )
    names = listed(f"{each.ref.kind}/{each.ref.name}" for each in jobs)
    raise PlanError(
        f"component {component} has several jobs: {names}; a run is one job",
        hint="make a component of each, or apply them together with 'dlctl apply'",
    )


def _may_be_own(manifest: Manifest, job: Manifest, labels: Iterable[str]) -> bool:
    kind = manifest.ref.group_kind
    if manifest.ref.namespace != job.ref.namespace:
        return False
    if kind == _SERVICE:
        selector = mapping_at(manifest.body, "spec", "selector")
        return any(selector.get(label) == job.ref.name for label in labels)
    return kind in _CONFIGURATION or kind.kind == "PodGroup"


def _named(manifests: Iterable[Manifest], every: Iterable[Manifest], rules: Rules) -> frozenset[ObjectRef]:
    """The objects that these name, of all that there are."""
    naming = naming_of((each.ref.group_kind for each in every), rules)
    return frozenset(
        ref for each in manifests for ref in (*named_objects(each, naming), *secrets_of_account(each))
    )
