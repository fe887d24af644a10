"""The pod of a job that a command is run in, or whose port is reached."""

from dlctl.errors import AppError
from dlctl.jobs.logs.choice import Choice, ChosenPod
from dlctl.jobs.logs.containers import names_in, run_of
from dlctl.jobs.main_container import main_container
from dlctl.status.model import text_at
from dlctl.suggest import did_you_mean
from dlctl.text import listed, shown_name
from dlctl.workflow.jobs.find import FoundJob
from dlctl.workflow.jobs.logs import pods_of


def running_pod(found: FoundJob, choice: Choice) -> ChosenPod:
    """The pod that runs of those that are asked for: the chief before others.

    Raises AppError where none runs, Forbidden where pods may not be listed.
    """
    pods = pods_of(found, choice)
    running = [pod for pod in pods if _runs(pod)]
    if not running:
        states = listed(f"{pod.replica} {pod.row.phase}" for pod in pods)
        raise AppError(
            f"job '{found.ref.name}' has no pod that runs: {states}",
            hint=f"'dlctl job describe {found.ref.name}' shows why",
        )
    return next((pod for pod in running if pod.chief), running[0])


def running_container(pod: ChosenPod, name: str) -> str:
    """The container of this name, else the main one. Raises AppError where it is unknown or does not run."""
    known = names_in(pod.body)
    container = name or main_container(pod.body)
    if container not in known:
        raise AppError(
            f"pod '{pod.row.name}' has no container {shown_name(container)}",
            hint=did_you_mean(container, known, f"containers: {listed(known)}"),
        )
    run = run_of(pod.body, container)
    if not run.id or run.ended:
        state = "has ended" if run.ended else f"has not started: {run.waiting}"
        others = [each for each in known if (other := run_of(pod.body, each)).id and not other.ended]
        raise AppError(
            f"container '{container}' of pod '{pod.row.name}' {state}",
            hint=f"containers that run: {listed(others)}" if others else None,
        )
    return container


def _runs(pod: ChosenPod) -> bool:
    return text_at(pod.body, "status", "phase") == "Running" and pod.row.phase != "Terminating"
