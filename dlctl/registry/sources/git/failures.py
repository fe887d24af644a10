"""What git's messages mean."""

import re

from dlctl.errors import RegistryError
from dlctl.registry.sources.process import Ended

_USERINFO = re.compile(r"//[^/@\s]*@")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_HTTPS_HINT = "git needs a credential helper for this host: see 'git help credentials'"
_ADDRESS = "check the address"
_FILE = "check the path; a branch or a folder of the repository is named with --ref and --path"
_MEANINGS: tuple[tuple[str, str, str], ...] = (
    (r"transport '(\w+)' not allowed", "git's configuration selects the protocol {0}, which is refused", ""),
    (
        r"redirect|returned error: 30\d",
        "the server redirects to another address, which is not followed",
        "credentials are only sent to the host they are for; if the repository moved, use its new address",
    ),
    (
        r"[Cc]ould not resolve host(?:name)?:? ([^\s:]+)",
        "host {0} not found",
        _ADDRESS,
    ),
    (
        r"could not read (Username|Password)|[Aa]uthentication failed|prompts disabled|error: 40[13]",
        "authentication is required",
        _HTTPS_HINT,
    ),
    (r"Permission denied \(|publickey", "the ssh server refused the key", "check with: ssh -T HOST"),
    (
        r"Host key verification failed",
        "the host key of the ssh server is not known",
        "connect once with ssh, and check the key",
    ),
    (
        r"certificate|SSL|TLS",
        "the TLS connection failed",
        "git's http.sslCAInfo names additional certificates",
    ),
    (
        r"[Cc]onnection (refused|timed out)|[Cc]ould(n't| not) connect|([Ff]ailed|unable) to connect"
        r"|[Nn]etwork is unreachable|No route to host",
        "cannot be reached",
        "check the network and git's proxy; 'url.*.insteadOf' of git can point to a mirror",
    ),
    (
        r"dubious ownership",
        "the repository belongs to another user",
        "see safe.directory in 'git help config'",
    ),
    (
        r"dumb http",
        "the server has only the dumb protocol of git, without shallow fetches",
        "set up git http-backend on it, or use a directory",
    ),
    (
        r"unadvertised object",
        "the server only serves the newest commits of branches and tags",
        "to use the newest commit: dlctl registry update",
    ),
    (
        r"not our ref|couldn't find remote ref|remote error: .*not found",
        "the server does not have the commit",
        "it may have been removed by a forced push: dlctl registry update --help",
    ),
    (
        r"[Nn]ot found|does not (appear to be|exist)|error: 404|not a git repository",
        "repository not found, or no permission to read it",
        _ADDRESS,
    ),
)


def failure(ended: Ended, url: str, seconds: float) -> RegistryError:
    """The error for a call of git that failed."""
    if ended.broken == "time":
        return RegistryError(
            f"{url}: no complete response within {seconds:g} s",
            hint="retry, or allow more with --timeout 10m",
        )
    if ended.broken:
        return RegistryError(
            f"{url}: the repository is too large", hint="a registry should have a repository of its own"
        )
    for pattern, meaning, hint in _MEANINGS:
        if found := re.search(pattern, ended.err):
            then = _FILE if hint == _ADDRESS and url.startswith("file:") else hint
            return RegistryError(f"{url}: {meaning.format(*found.groups())}", hint=then or None)
    return RegistryError(f"{url}: git failed: {_last_line(ended.err)}")


def _last_line(text: str) -> str:
    """Git's own message, without control characters and credentials."""
    lines = [_CONTROL.sub(" ", line).strip() for line in text.splitlines()]
    own = [line for line in lines if line.startswith(("fatal:", "error:", "remote:"))] or [
        line for line in lines if line
    ]
    return _USERINFO.sub("//", own[-1])[:300] if own else "no message"
