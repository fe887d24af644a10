"""The command lines of a sandbox's programs. All listen on loopback only."""

from collections.abc import Mapping
from pathlib import Path

from dlctl.sandbox.host.certificates import Pki
from dlctl.sandbox.host.home import Folder
from dlctl.sandbox.host.ports import LOOPBACK, Ports

CLIENT_QPS = ("--kube-api-qps=1000", "--kube-api-burst=2000")
"""The defaults are 20 requests per second for the controller manager and 50 for the scheduler; a Job of
1,000 pods then takes 100 s instead of 14 s."""

KUBELET_ADDRESS = {"type": "InternalDNS", "address": "localhost"}
"""The address of a simulated node at which the API server finds its kubelet."""

SERVICE_RANGE = "10.96.0.0/16"
LEASE_SECONDS = 40
"""The duration of a simulated node's lease, which kwok renews like a kubelet (its default is 40)."""


def flags(folder: Folder, ports: Ports) -> Mapping[str, tuple[str, ...]]:
    """The flags of every server program, in start order."""
    pki = Pki(folder.pki)
    return {
        "etcd": _etcd(folder, pki, ports),
        "kube-apiserver": _apiserver(folder, pki, ports),
        "kube-controller-manager": _controller_manager(folder, pki),
        "kube-scheduler": _scheduler(folder),
        "kwok": _kwok(folder),
    }


def kubelet_flags(folder: Folder, ports: Ports) -> tuple[str, ...]:
    """The flags of the server for logs, exec and port-forward; only programs of this sandbox can use it."""
    pki = Pki(folder.pki)
    return (
        f"--kubeconfig={program_kubeconfig(folder, 'kwok')}",
        f"--address={LOOPBACK}:{ports.kubelet}",
        f"--certificate={pki.certificate('kube-apiserver')}",
        f"--key={pki.key('kube-apiserver')}",
        f"--client-ca={pki.authority}",
    )


def program_kubeconfig(folder: Folder, program: str) -> Path:
    """The kubeconfig that a program of the sandbox reads."""
    return folder.kubeconfigs / program


def stages_file(folder: Folder) -> Path:
    """The Stage objects that kwok reads."""
    return folder.root / "stages.yaml"


def _etcd(folder: Folder, pki: Pki, ports: Ports) -> tuple[str, ...]:
    # Mutual TLS: other users of this machine cannot read the Secrets, and an API server cannot connect to
    # the etcd of another sandbox that uses the same port.
    client = f"https://{LOOPBACK}:{ports.etcd}"
    peer = f"https://{LOOPBACK}:{ports.etcd_peer}"
    return (
        f"--data-dir={folder.data}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        *(
            f"--{prefix}{flag}"
            for prefix in ("", "peer-")
            for flag in (
                f"cert-file={pki.certificate('etcd')}",
                f"key-file={pki.key('etcd')}",
                f"trusted-ca-file={pki.authority}",
                "client-cert-auth",
            )
        ),
        "--unsafe-no-fsync",
        "--log-level=warn",
    )


def _apiserver(folder: Folder, pki: Pki, ports: Ports) -> tuple[str, ...]:
    return (
        f"--etcd-servers=https://{LOOPBACK}:{ports.etcd}",
        f"--etcd-cafile={pki.authority}",
        f"--etcd-certfile={pki.certificate('etcd-client')}",
        f"--etcd-keyfile={pki.key('etcd-client')}",
        f"--bind-address={LOOPBACK}",
        f"--advertise-address={LOOPBACK}",
        f"--secure-port={ports.server}",
        f"--tls-cert-file={pki.certificate('kube-apiserver')}",
        f"--tls-private-key-file={pki.key('kube-apiserver')}",
        f"--client-ca-file={pki.authority}",
        f"--token-auth-file={folder.pki / 'tokens.csv'}",
        f"--service-account-key-file={pki.service_accounts}",
        f"--service-account-signing-key-file={pki.service_accounts}",
        "--service-account-issuer=https://sandbox",
        "--authorization-mode=RBAC",
        f"--service-cluster-ip-range={SERVICE_RANGE}",
        "--allow-privileged",
        "--runtime-config=resource.k8s.io/v1beta1=true,resource.k8s.io/v1beta2=true",
        "--endpoint-reconciler-type=none",
        f"--kubelet-certificate-authority={pki.authority}",
        f"--kubelet-client-certificate={pki.certificate('etcd-client')}",
        f"--kubelet-client-key={pki.key('etcd-client')}",
        f"--kubelet-preferred-address-types={KUBELET_ADDRESS['type']}",
    )


def _controller_manager(folder: Folder, pki: Pki) -> tuple[str, ...]:
    return (
        *_signed_in(folder, "kube-controller-manager"),
        "--use-service-account-credentials",
        f"--service-account-private-key-file={pki.service_accounts}",
        f"--root-ca-file={pki.authority}",
        *CLIENT_QPS,
    )


def _scheduler(folder: Folder) -> tuple[str, ...]:
    return (*_signed_in(folder, "kube-scheduler"), *CLIENT_QPS)


def _signed_in(folder: Folder, program: str) -> tuple[str, ...]:
    path = program_kubeconfig(folder, program)
    return (
        f"--kubeconfig={path}",
        f"--authentication-kubeconfig={path}",
        f"--authorization-kubeconfig={path}",
        f"--bind-address={LOOPBACK}",
        "--secure-port=0",
        "--leader-elect=false",
    )


def _kwok(folder: Folder) -> tuple[str, ...]:
    return (
        f"--kubeconfig={program_kubeconfig(folder, 'kwok')}",
        f"--config={stages_file(folder)}",
        "--manage-all-nodes=true",
        "--v=WARN",  # otherwise every change of a pod is logged
        f"--node-lease-duration-seconds={LEASE_SECONDS}",
    )
