"""Commands of other tools (Helm, ksonnet, kustomize, kubectl, Argo CD): what does the same here."""

from collections.abc import Collection, Mapping

from dlctl.suggest import did_you_mean

_APPLY = "'dlctl apply ENV' applies the app to a cluster"
_SHOW = "'dlctl show ENV' prints the rendered objects"
_DIFF = "'dlctl diff ENV' shows what would change on the cluster"
_STATUS = "'dlctl status ENV' shows the state of the app's objects"
_DELETE = "'dlctl delete ENV' deletes the app's objects from a cluster"
_GENERATE = "'dlctl generate PROTOTYPE COMPONENT' adds a component"
_GIT = (
    "there is no release history: check out an older version of the app's files with git, "
    "then run 'dlctl apply ENV'"
)
_ENV = "'dlctl env --help' lists the commands for environments"
_PKG = "'dlctl pkg --help' lists the commands for packages"
_PARAM = "'dlctl param --help' lists the commands for parameters"
_JOB = "'dlctl job --help' lists the commands for training jobs"
_KUBECTL = "with kubectl: in the environment's context and namespace"

_OF_OTHER_TOOLS: Mapping[str, str] = {
    "add": _GENERATE,
    "build": _SHOW,
    "cancel": _JOB,
    "chart": _PKG,
    "config": _PARAM,
    "context": _ENV,
    "create": f"'dlctl init NAME' creates an app; {_GENERATE}",
    "dep": _PKG,
    "dependency": _PKG,
    "deploy": _APPLY,
    "describe": f"{_STATUS}; 'dlctl param explain COMPONENT NAME' explains a value",
    "destroy": _DELETE,
    "down": _DELETE,
    "eject": "'dlctl component eject NAME' copies a prototype into the app",
    "exec": f"'dlctl job exec JOB -- COMMAND' runs a command in a pod of a job; {_KUBECTL}",
    "get": _STATUS,
    "history": f"'git log' shows the versions of the app's files; {_GIT}",
    "install": f"{_APPLY}; 'dlctl pkg install REGISTRY/PACKAGE' installs a package",
    "lint": "'dlctl validate ENV' checks the objects without a cluster",
    "list": "'dlctl component list', 'dlctl env list' and 'dlctl prototype list' list what there is",
    "logs": f"'dlctl job logs JOB' prints the logs of a job or a server; {_KUBECTL}",
    "ls": "'dlctl component list', 'dlctl env list' and 'dlctl prototype list' list what there is",
    "module": "'dlctl component --help' lists the commands for components",
    "new": f"'dlctl init NAME' creates an app; {_GENERATE}",
    "ns": _ENV,
    "package": _PKG,
    "port-forward": _KUBECTL,
    "preview": f"{_DIFF}; 'dlctl prototype preview PROTOTYPE' renders a prototype",
    "pull": _PKG,
    "remove": f"'dlctl component rm NAME' removes a component; {_DELETE}",
    "render": _SHOW,
    "repo": "'dlctl registry --help' lists the commands for registries",
    "rm": f"'dlctl component rm NAME' removes a component; {_DELETE}",
    "rollback": _GIT,
    "rollout": _STATUS,
    "run": _APPLY,
    "search": "'dlctl prototype search WORDS' searches prototypes",
    "scale": f"'dlctl param set COMPONENT NAME VALUE --env ENV' sets the number of replicas; {_APPLY}",
    "set": _PARAM,
    "submit": _JOB,
    "sync": _APPLY,
    "template": _SHOW,
    "test": f"'dlctl validate ENV' checks the objects without a cluster; {_STATUS}",
    "top": "'dlctl node list ENV' shows what is used and free on the nodes",
    "undo": _GIT,
    "uninstall": f"{_DELETE}; 'dlctl pkg rm NAME' removes a package",
    "unset": _PARAM,
    "up": _APPLY,
    "update": f"{_APPLY}; 'dlctl pkg update' updates packages",
    "upgrade": f"{_APPLY}; 'dlctl pkg update' updates packages",
    "use": _GENERATE,
    "values": _PARAM,
    "wait": "'dlctl status ENV --wait' waits for the app's objects, 'dlctl job wait JOB' for a job",
}

_BELOW: Mapping[str, tuple[str, ...]] = {
    "create": ("add", "generate"),
    "delete": ("rm", "unset", "down"),
    "destroy": ("down", "rm"),
    "edit": ("set",),
    "explain": ("describe",),
    "get": ("list", "explain"),
    "info": ("describe", "explain"),
    "inspect": ("describe", "explain"),
    "ls": ("list",),
    "new": ("add",),
    "pin": ("set",),
    "remove": ("rm", "unset"),
    "rename": ("mv",),
    "show": ("describe", "explain", "list"),
    "start": ("up",),
    "stop": ("down",),
    "upgrade": ("update",),
    "use": ("preview",),
    "view": ("describe", "explain"),
}
"""Words for commands of nouns: `env create` is `env add` here."""

_CANCEL = "'dlctl job cancel JOB' ends a job"

_BELOW_NOUN: Mapping[tuple[str, str], str] = {
    ("component", "add"): _GENERATE,
    ("component", "create"): _GENERATE,
    ("component", "describe"): "'dlctl param list COMPONENT --env ENV' lists its parameters, "
    "'dlctl show ENV -c COMPONENT' its objects",
    ("component", "show"): _SHOW,
    ("job", "delete"): _CANCEL,
    ("job", "kill"): _CANCEL,
    ("job", "run"): "'dlctl job submit COMPONENT --env ENV' starts a run",
    ("job", "start"): "'dlctl job submit COMPONENT --env ENV' starts a run",
    ("job", "stop"): _CANCEL,
    ("env", "use"): "there is no current environment: name it in each command, such as 'dlctl diff ENV'",
    ("env", "set-context"): "'dlctl env set ENV --context NAME' changes the context",
    ("param", "get"): "'dlctl param explain COMPONENT NAME --env ENV' shows a value",
}
"""Commands of a noun that nobody has, and what does the same."""


def hint_for(name: str, known: Collection[str]) -> str:
    """What to do instead of a command that does not exist."""
    there = _OF_OTHER_TOOLS.get(name.lower())
    return there or did_you_mean(name, known) or "'dlctl --help' lists the commands"


def hint_below(noun: str, name: str, known: Collection[str]) -> str:
    """What to do instead of a command of a noun, such as `dlctl env`, that does not exist."""
    other = _BELOW_NOUN.get((noun.rpartition(" ")[2], name.lower()))
    if other:
        return other
    same = next((each for each in _BELOW.get(name.lower(), ()) if each in known), None)
    if same:
        return f"did you mean '{same}'?"
    return did_you_mean(name, known) or f"'{noun} --help' lists the commands"
