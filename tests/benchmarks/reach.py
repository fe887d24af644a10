"""How bare programs reach the sandbox: its URL and a TLS context, as its kubeconfig states them."""

import ssl
import tempfile
from base64 import b64decode
from pathlib import Path

import yaml


def reach(kubeconfig: Path) -> tuple[str, ssl.SSLContext]:
    """The server of a kubeconfig with one cluster and one user, who signs in with a certificate."""
    config = yaml.load(kubeconfig.read_text(), Loader=yaml.CSafeLoader)
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    context = ssl.create_default_context(cadata=b64decode(cluster["certificate-authority-data"]).decode())
    with tempfile.NamedTemporaryFile() as pem:
        pem.write(b64decode(user["client-certificate-data"]) + b"\n" + b64decode(user["client-key-data"]))
        pem.flush()
        context.load_cert_chain(pem.name)
    return cluster["server"], context
