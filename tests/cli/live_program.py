"""A program that reports as the engine does: `live_program.py CASE`."""

import os
import signal
import sys
import threading
import time

from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.streams import log, write_log
from dlctl.cli.termination import Termination
from dlctl.deploy.events import Applied, Failed, Judged, Sending
from dlctl.errors import DlctlError
from dlctl.events import Emit, Progress, masking
from dlctl.manifest import ObjectRef
from dlctl.plan.model import Action
from dlctl.redact import Redactor
from dlctl.status.model import Phase, Status, Verdict

ENVIRONMENTS = ("dev", "gke", "us-west/prod", "日本")
STEP = 0.03


def page(number: int) -> ObjectRef:
    return ObjectRef("", "ConfigMap", "ml", f"page-{number}")


def emit_to(live: LiveProgress, name: str, objects: int = 0) -> Emit:
    return masking(live.for_environment(name, objects), Redactor())


def work(emit: Emit) -> None:
    emit(Progress("looking up what is there"))
    time.sleep(10 * STEP)
    for number in range(20):
        time.sleep(STEP)
        emit(Applied(page(number), Action.CREATE))
    emit(Failed(page(20), DlctlError("it is \x1b[2Jrefused", hint="try again")))


def summary(name: str) -> None:
    for number in range(3):
        log(f"{name}: summary {number}")
        time.sleep(STEP)


def several(quiet: bool = False) -> None:
    """Four environments in threads of their own, and a log from elsewhere."""

    def one(name: str) -> None:
        work(emit_to(live, name, 21))
        live.printed(lambda: summary(name))
        live.finished(name)

    with LiveProgress(quiet=quiet) as live:
        threads = [threading.Thread(target=one, args=[name]) for name in ENVIRONMENTS]
        for thread in threads:
            thread.start()
        time.sleep(15 * STEP)
        log("note: from elsewhere")
        for thread in threads:
            thread.join()
        time.sleep(0.5)
    log("done")


def single() -> None:
    """One environment, and steps that are counted."""
    with LiveProgress() as live:
        emit = emit_to(live, "dev")
        for done in range(4):
            emit(Progress("comparing [x] \x1b]0;title\x07 what is \nthere", done, 4))
            time.sleep(0.3)
        emit(Applied(page(0), Action.UPDATE))
        time.sleep(0.3)
    log("done")


def waiting(count: int) -> None:
    """One environment: two pages of `count` are not written, then some objects are waited for."""
    train, web = (
        ObjectRef("kubeflow.org", "TFJob", "ml", "train"),
        ObjectRef("apps", "Deployment", "ml", "web"),
    )
    with LiveProgress() as live:
        emit = emit_to(live, "dev", count)
        emit(Progress("comparing"))
        emit(Sending(tuple(page(number) for number in range(count))))
        while "rich.table" not in sys.modules:  # it is imported when the table is drawn first
            time.sleep(STEP)
        time.sleep(0.5)
        for number in range(2, count):
            emit(Applied(page(number), Action.CREATE))
        time.sleep(0.5)
        for number in (0, 1):
            emit(Failed(page(number), DlctlError("it is \x1b[2Jrefused\nas always " * 9)))
        emit(Judged(web, Verdict(Status.IN_PROGRESS, "1 of 3 pods ready"), reached=False))
        emit(Judged(train, Verdict(Status.CURRENT, "2 active", phase=Phase.RUNNING), reached=True))
        emit(Progress("objects ready", 1, 2))
        time.sleep(0.5)
        emit(Judged(web, Verdict(Status.FAILED, "deadline exceeded"), reached=False))
        time.sleep(0.5)
    log("done")


def quick() -> None:
    """Work that is over before anybody could read a row."""
    with LiveProgress() as live:
        emit = emit_to(live, "dev")
        emit(Progress("looking up what is there"))
        emit(Applied(page(0), Action.PRUNE))


def question() -> None:
    """Somebody asks while rows are shown."""
    with LiveProgress() as live:
        emit = emit_to(live, "dev")
        emit(Progress("looking up what is there"))
        time.sleep(0.4)
        write_log("Go on? [y/N] ")
        answer = sys.stdin.readline()
        log(f"answered {answer.strip()}")


def interrupted() -> None:
    """Ctrl-C while rows are shown."""
    with LiveProgress() as live:
        emit = emit_to(live, "dev")
        emit(Progress("looking up what is there"))
        time.sleep(0.5)
        emit(Applied(page(0), Action.CREATE))
        time.sleep(60)


def interrupted_twice() -> None:
    """Ctrl-C while rows are shown, and again while the first one is handled."""
    Termination().handle()
    with LiveProgress() as live:
        emit_to(live, "dev")(Progress("looking up what is there"))
        while "rich.table" not in sys.modules:  # it is imported when the rows are drawn first
            time.sleep(STEP)
        time.sleep(0.5)
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(60)
        except KeyboardInterrupt:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(60)


CASES = {
    "several": several,
    "quiet": lambda: several(quiet=True),
    "single": single,
    "quick": quick,
    "few": lambda: waiting(4),
    "many": lambda: waiting(3000),
    "question": question,
    "interrupted": interrupted,
    "interrupted-twice": interrupted_twice,
}

if __name__ == "__main__":
    try:
        CASES[sys.argv[1]]()
    except KeyboardInterrupt:
        sys.exit(130)
