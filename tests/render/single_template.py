"""An app whose only component renders what a test gives it, and what `show` makes of that."""

from typing import Any

from tests.project import Outcome, Project

APP = "apiVersion: dlctl.dev/v1\nkind: App\nname: made\ncomponents:\n  one: {prototype: free}\n"


def write_app(project: Project, template: str, **more: str) -> None:
    """An app whose prototype `free` has this template; `more` has other files, `__` for a slash."""
    project.write(
        {
            "dlctl.yaml": APP,
            "environments/dev/environment.yaml": "context: dev\nnamespace: space\n",
            "prototypes/p/free/prototype.yaml": "summary: Free\n",
            "prototypes/p/free/templates/a.yaml.j2": template,
            **{name.replace("__", "/").replace("_DOT_", "."): text for name, text in more.items()},
        }
    )


def shown(project: Project, template: str, *words: str) -> list[dict[str, Any]]:
    """The objects that `show dev` prints for this template."""
    write_app(project, template)
    items = project.run("show", "dev", "-o", "json", *words).ok().json["items"]
    assert isinstance(items, list)
    return items


def refused(project: Project, template: str) -> Outcome:
    """How `show dev` refuses this template."""
    write_app(project, template)
    outcome = project.run("show", "dev")
    assert (outcome.code, outcome.out) == (1, "")
    return outcome
