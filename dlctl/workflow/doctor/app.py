"""Whether the files of an app can be read."""

from collections.abc import Callable, Iterator
from pathlib import Path

from dlctl.app.environments import environment_names, load_environment
from dlctl.app.file_schemas import FOLDER, has_schemas, outdated_schemas, schema_files
from dlctl.app.model import App
from dlctl.cluster.kubeconfig.load import Kubeconfig
from dlctl.cluster.kubeconfig.select import select_context
from dlctl.errors import DlctlError, KubeconfigError, NoApp, NoContext
from dlctl.params.typed_schemas import typed_schemas
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.text import counted
from dlctl.workflow.doctor.model import Diagnosis, State


def app_files(
    root: Callable[[], Path],
    load: Callable[[], App],
    catalogue: Callable[[], Catalogue],
    kubeconfig: Kubeconfig | None,
) -> Iterator[Diagnosis]:
    """The app, each environment, and the schemas for editors; one answer where there is no app.

    Environments are looked for in the kubeconfig, where it can be read.
    """
    try:
        folder = root()
        app = load()
    except NoApp as error:
        yield Diagnosis("app", "dlctl.yaml", State.OK, "no app here", error.hint or "")
        return
    except DlctlError as error:
        yield Diagnosis("app", "dlctl.yaml", State.ERROR, str(error), error.hint or "")
        return
    yield Diagnosis("app", app.name, State.OK, f"{counted(len(app.components), 'component')} in {folder}")
    for name in environment_names(app):
        yield _environment(app, name, kubeconfig)
    if has_schemas(folder):
        yield from _schemas(app, catalogue)


def _schemas(app: App, catalogue: Callable[[], Catalogue]) -> Iterator[Diagnosis]:
    try:
        files = schema_files(typed_schemas(app, catalogue()))
    except DlctlError as error:
        yield Diagnosis("app", FOLDER, State.ERROR, str(error), error.hint or "")
        return
    if outdated := outdated_schemas(app.root, files):
        older = f"{counted(len(outdated), 'schema')} older than dlctl or the app's prototypes"
        yield Diagnosis("app", FOLDER, State.WARNING, older, "write them again: dlctl schema --write")


def _environment(app: App, name: str, kubeconfig: Kubeconfig | None) -> Diagnosis:
    try:
        destination = load_environment(app, name).destination
    except DlctlError as error:
        return Diagnosis("environments", name, State.ERROR, str(error), error.hint or "")
    if not destination.is_set:
        return Diagnosis("environments", name, State.OK, "no cluster: others extend it")
    if destination.sandbox:
        return Diagnosis("environments", name, State.OK, f"sandbox {destination.sandbox}")
    try:
        if kubeconfig is not None:
            select_context(kubeconfig, destination)
    except KubeconfigError as error:
        return Diagnosis("environments", name, State.WARNING, str(error), _mend(name, error))
    if not destination.cluster_id:
        mend = f"pin it: dlctl env set {name} --pin"
        return Diagnosis("environments", name, State.WARNING, "not pinned: nothing can be applied", mend)
    return Diagnosis("environments", name, State.OK, f"pinned to {destination.cluster_id}")


def _mend(name: str, error: KubeconfigError) -> str:
    hint = error.hint or ""
    if not isinstance(error, NoContext):
        return hint
    return f"{hint}; choose another one with 'dlctl env set {name} --context CONTEXT'"
