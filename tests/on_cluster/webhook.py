"""An admission webhook with side effects, for which the API server refuses dry runs."""

import base64
import http.server
import json
import ssl
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import trustme

from dlctl.sandbox.host.certificates import Pki
from tests.on_cluster.app_on_cluster import AppOnCluster

NAME = "side-effects.example.com"
RULE = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["UPDATE"], "resources": ["configmaps"]}


class _Admission(http.server.BaseHTTPRequestHandler):
    """Allows everything."""

    seen: list[str]

    def do_POST(self) -> None:
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append(review["request"]["name"])
        answer = {**review, "response": {"uid": review["request"]["uid"], "allowed": True}}
        del answer["request"]
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Nothing is printed."""


@contextmanager
def webhook(app: AppOnCluster, folder: Path, side_effects: str) -> Iterator[list[str]]:
    """A webhook for updates of ConfigMaps in the app's namespace; the names of those that it was asked about.

    Its configuration is written to etcd: v1 refuses such side effects, and those that v1beta1 took, before
    Kubernetes 1.22, are still stored on clusters.
    """
    seen: list[str] = []
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("H", (_Admission,), {"seen": seen}))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hook = {
        "name": NAME,
        "admissionReviewVersions": ["v1"],
        "clientConfig": {
            "url": f"https://127.0.0.1:{server.server_port}/",
            "caBundle": base64.b64encode(authority.cert_pem.bytes()).decode(),
        },
        "rules": [{**RULE, "scope": "*"}],
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": app.namespace}},
        "objectSelector": {},
        "failurePolicy": "Fail",
        "matchPolicy": "Equivalent",
        "timeoutSeconds": 10,
        "sideEffects": side_effects,
    }
    kind = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration"}
    metadata = {"name": app.namespace, "uid": "11111111-2222-3333-4444-555555555555"}
    _store(app, {**kind, "metadata": metadata, "webhooks": [hook]}, folder)
    try:
        yield seen
    finally:
        app.kubectl("delete", "validatingwebhookconfiguration", app.namespace)
        server.shutdown()
        server.server_close()


def _store(app: AppOnCluster, body: dict[str, Any], folder: Path) -> None:
    """Write an object to etcd, as an API server of an earlier version has done."""
    own = app.control_plane.home.folder(app.control_plane.name)
    pki, port = Pki(own.pki), json.loads(own.state.read_text())["ports"]["etcd"]
    context = ssl.create_default_context(cafile=str(pki.authority))
    context.load_cert_chain(pki.certificate("etcd-client"), pki.key("etcd-client"))
    key = f"/registry/validatingwebhookconfigurations/{body['metadata']['name']}"
    put = {"key": key, "value": json.dumps(body)}
    encoded = {name: base64.b64encode(text.encode()).decode() for name, text in put.items()}
    request = urllib.request.Request(f"https://127.0.0.1:{port}/v3/kv/put", json.dumps(encoded).encode())
    with urllib.request.urlopen(request, context=context, timeout=30) as answer:
        assert answer.status == 200
