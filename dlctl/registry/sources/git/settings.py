"""How git is called: with the user's configuration, and so that no repository makes it run anything."""

import re
from collections.abc import Mapping

_KEPT = re.compile(
    r"GIT_(SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|CONFIG_GLOBAL|CONFIG_SYSTEM|CONFIG_NOSYSTEM|EXEC_PATH"
    r"|CONFIG_(COUNT|KEY_\d+|VALUE_\d+)|SSL_[A-Z_]+|PROXY_[A-Z_]+|HTTP_USER_AGENT)"
)
"""The variables of git about reaching a server and authentication; the others, such as GIT_DIR, are about the
user's own repository, and are set where dlctl runs in a hook."""

OPTIONS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.symlinks=false",
    "credential.interactive=false",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
    "fetch.fsckObjects=false",
    "fetch.writeCommitGraph=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.version=2",
    "http.followRedirects=false",
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=30",
)
"""Settings that win over every configuration file. A redirect is refused: it may lead to another host."""

PROTOCOLS = {"https": "https:ssh:file", "ssh": "ssh:https:file", "file": "file"}
"""The protocols that git may use for a URL, by its scheme. The user's `url.*.insteadOf` may lead to ssh or to
a mirror on this machine; nothing leads to a program (ext) or a protocol that authenticates no host."""


def settings() -> tuple[str, ...]:
    """The options for each call of git."""
    return tuple(part for option in OPTIONS for part in ("-c", option))


def environment(environ: Mapping[str, str], scheme: str) -> dict[str, str]:
    """The environment variables for git, without those that name a repository."""
    kept = {
        name: value for name, value in environ.items() if not name.startswith("GIT_") or _KEPT.fullmatch(name)
    }
    return {
        **kept,
        "GIT_ALLOW_PROTOCOL": PROTOCOLS[scheme],
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_ATTR_NOSYSTEM": "1",
        "GCM_INTERACTIVE": "never",
        "LC_ALL": "C",
    }


def scheme_of(url: str) -> str:
    """The scheme of a URL; that of scp's form `HOST:PATH` is ssh."""
    head, mark, _ = url.partition("://")
    return head if mark else "ssh"
