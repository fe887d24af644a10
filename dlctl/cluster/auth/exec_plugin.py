"""Credentials from a credential plugin (`exec:` in a kubeconfig), as used by cloud providers.

The protocol is that of client.authentication.k8s.io/v1 (kubernetes.io, "client-go credential
plugins"). The `kubernetes` package is not used for it: that ignores certificates when it renews, only logs a
plugin's failure and continues without credentials, and takes 0.2 s to import, for each command.
"""

import base64
import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dlctl.cluster.answers.shape import fields, text
from dlctl.cluster.auth.client_certificate import ClientCertificate
from dlctl.cluster.auth.plugin_process import Command, Patience, Waiting, plain_lines, plain_text, run_plugin
from dlctl.cluster.kubeconfig.entry import Entry
from dlctl.errors import Unauthorized, Unreachable
from dlctl.events import Emit, no_events
from dlctl.json_text import NotJson, parse_json
from dlctl.text import enumerated

_GROUP = "client.authentication.k8s.io"
_VERSIONS = (f"{_GROUP}/v1", f"{_GROUP}/v1beta1")
_CLUSTER_FIELDS = (
    "server",
    "tls-server-name",
    "insecure-skip-tls-verify",
    "proxy-url",
    "disable-compression",
)
_ANSWER = fields(
    ("kind",),
    kind=text,
    apiVersion=text,
    status=fields(token=text, clientCertificateData=text, clientKeyData=text, expirationTimestamp=text),
)


@dataclass(frozen=True, slots=True)
class ExecCredential:
    """The credentials that a plugin returned; `expires` is RFC 3339, or empty."""

    token: str = field(default="", repr=False)
    certificate: ClientCertificate | None = None
    expires: str = ""


@dataclass(frozen=True, slots=True)
class ExecPlugin:
    """The plugin of one user: `user` has the `exec` block; `cluster` is passed on if the plugin wants it.

    `timeout` is the time limit of a request; `emit` gets notes while the plugin of this `context` is waited
    for.
    """

    user: Entry
    cluster: Entry
    context: str
    environ: Mapping[str, str] = field(repr=False)
    interactive: bool = False
    timeout: float = 60
    patience: Patience = field(default_factory=Patience)
    emit: Emit = field(default=no_events, repr=False)

    def run(self) -> ExecCredential:
        """Run the command and read its output.

        Raises KubeconfigError for settings that cannot be used, Unauthorized where it gives no credentials,
        Unreachable where its time is over.
        """
        settings = self._settings()
        interactive = self._is_interactive(settings)
        request = {
            "apiVersion": settings.text("apiVersion"),
            "kind": "ExecCredential",
            "spec": self._spec(settings, interactive),
        }
        environ = {**self.environ, **_variables(settings), "KUBERNETES_EXEC_INFO": _compact(request)}
        output = self._call(settings, environ, interactive)
        return _credential(settings, output)

    def _settings(self) -> Entry:
        user = self.user
        settings = Entry(
            "credential plugin of user",
            user.name,
            user.mapping("exec"),
            user.folder,
            user.document,
            (*user.path, "exec"),
        )
        if not settings.text("command"):
            raise settings.error(f"the {settings} has no command")
        if settings.text("apiVersion") not in _VERSIONS:
            raise settings.error(
                f"the {settings} has unsupported apiVersion '{settings.text('apiVersion')}'",
                "apiVersion",
                hint=f"supported: {enumerated(_VERSIONS)}",
            )
        return settings

    def _is_interactive(self, settings: Entry) -> bool:
        default = "IfAvailable" if settings.text("apiVersion").endswith("beta1") else ""
        mode = settings.text("interactiveMode") or default
        if mode not in ("Never", "IfAvailable", "Always"):
            raise settings.error(
                f"the {settings} has invalid interactiveMode '{mode}'",
                "interactiveMode",
                hint="use Never, IfAvailable or Always",
            )
        if mode == "Always" and not self.interactive:
            raise settings.error(
                f"the {settings} needs user input, but there is no terminal", "interactiveMode"
            )
        return mode != "Never" and self.interactive

    def _spec(self, settings: Entry, interactive: bool) -> dict[str, Any]:
        spec: dict[str, Any] = {"interactive": interactive}
        if settings.flag("provideClusterInfo"):
            spec["cluster"] = _cluster_info(self.cluster)
        return spec

    def _call(self, settings: Entry, environ: Mapping[str, str], interactive: bool) -> bytes:
        name = settings.text("command")
        # Only a command with a slash is relative to its file (client-go, GetAuthInfoFileReferences).
        program = str(settings.folder / name) if "/" in name else name
        limit = self.patience.limit(self.timeout, asks=interactive)
        waiting = Waiting(
            f"the credential plugin '{name}' of context '{self.context}'", self.patience.silent, self.emit
        )
        try:
            words = (_found(program, environ), *settings.texts("args"))
            done = run_plugin(Command(words, environ, interactive), limit, waiting)
        except (OSError, ValueError) as error:  # ValueError: a NUL in an argument or variable
            hint = settings.text("installHint") or f"install '{name}', or put it on PATH"
            why = error.strerror if isinstance(error, OSError) else error
            message = f"the {settings} cannot be run: {name}: {why}"
            place = settings.location("command")
            raise Unauthorized(message, location=place, hint=plain_text(hint)) from error
        except subprocess.TimeoutExpired as error:
            raise _timed_out(settings, limit, error.stderr or b"", asks=interactive) from error
        if done.returncode:
            raise _failed(settings, done)
        return done.stdout


def _compact(request: Mapping[str, Any]) -> str:
    # Without spaces, as kubectl writes it: plugins that are shell scripts may search for exact text.
    return json.dumps(request, separators=(",", ":"))


def _found(program: str, environ: Mapping[str, str]) -> str:
    import shutil

    return shutil.which(program, path=environ.get("PATH")) or program


def _variables(settings: Entry) -> dict[str, str]:
    items = settings.fields.get("env") or []
    if not isinstance(items, list) or not all(isinstance(item, dict) and item.get("name") for item in items):
        raise settings.error(f"'env' of the {settings} must be a list of name and value", "env")
    return {str(item["name"]): str(item.get("value") or "") for item in items}


def _cluster_info(cluster: Entry) -> dict[str, Any]:
    info = {key: cluster.fields[key] for key in _CLUSTER_FIELDS if cluster.fields.get(key)}
    if text := cluster.text("certificate-authority-data"):
        info["certificate-authority-data"] = text
    elif data := cluster.read("certificate-authority"):
        info["certificate-authority-data"] = base64.b64encode(data).decode()
    extensions = cluster.fields.get("extensions")
    for extension in extensions if isinstance(extensions, list) else ():
        if isinstance(extension, dict) and extension.get("name") == f"{_GROUP}/exec":
            info["config"] = extension.get("extension")
    return info


def _timed_out(settings: Entry, limit: float, written: bytes, *, asks: bool) -> Unreachable:
    # Its arguments are not shown: they may hold a secret.
    longer = "log in with it first" if asks else "or give it longer: --request-timeout 5m"
    return Unreachable(
        f"the {settings} gave no credentials in {limit:g} s: {settings.text('command')}{_last_line(written)}",
        cause="timeout",
        location=settings.location("command"),
        hint=f"run its command by itself to see what it waits for, {longer}",
    )


def _failed(settings: Entry, done: "subprocess.CompletedProcess[bytes]") -> Unauthorized:
    return Unauthorized(
        f"the {settings} failed with exit code {done.returncode}{_last_line(done.stderr or b'')}",
        location=settings.location("command"),
        hint=f"log in again; the credentials come from '{settings.text('command')}'",
    )


def _unusable(settings: Entry, what: str, key: str = "command") -> Unauthorized:
    """The error for a plugin that ended well; `what` is wrong with its output, without its values."""
    command = settings.text("command")
    return Unauthorized(
        f"the {settings} {what}: {command}",
        location=settings.location(key),
        hint=f"run '{command}' by itself, with the args and env of the kubeconfig, to see what it prints",
    )


def _last_line(written: bytes) -> str:
    """The last line that a plugin has written, to be added to a message; empty if there is none."""
    lines = list(plain_lines(written.strip()))
    return f": {lines[-1]}" if lines else ""


def _credential(settings: Entry, output: bytes) -> ExecCredential:
    try:
        answer = parse_json(output)
    except NotJson as error:
        raise _unusable(settings, f"did not return JSON that can be used ({error})") from error
    if problem := _ANSWER(answer):
        raise _unusable(settings, f"did not return an ExecCredential ({problem})")
    if answer["kind"] != "ExecCredential":
        raise _unusable(settings, "did not return an ExecCredential")
    wanted = settings.text("apiVersion")
    if answer.get("apiVersion") != wanted:
        returned = plain_text(str(answer.get("apiVersion")))
        raise _unusable(settings, f"returned {returned}, but the kubeconfig has {wanted}", "apiVersion")
    status = answer.get("status") or {}
    token = status.get("token") or ""
    certificate, key = status.get("clientCertificateData") or "", status.get("clientKeyData") or ""
    if not (token or certificate) or bool(certificate) != bool(key):
        raise _unusable(settings, "returned neither a token nor a certificate with a key")
    pair = ClientCertificate(certificate.encode(), key.encode()) if certificate else None
    return ExecCredential(token, pair, status.get("expirationTimestamp") or "")
