"""What the programs of prototypes do with the API server, and what their projects' manifests let them do.

Rights are written as `VERB,… RESOURCE[.GROUP][/SUBRESOURCE] …`, with `=NAME` behind for one object alone.
"""

from dataclasses import dataclass, field
from typing import Any

READ = "get,list,watch"
ALL = f"{READ},create,update,patch,delete"


@dataclass(frozen=True)
class Program:
    """One ServiceAccount of a prototype.

    `uses` are rights that it needs in its own namespace, `uses_everywhere` in all of them. `upstream` are
    those that its project's manifests grant; ours grant no other.
    """

    prototype: str
    account: str
    uses: tuple[str, ...] = ()
    uses_everywhere: tuple[str, ...] = ()
    upstream: tuple[str, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.account


HUB = Program(
    "core",
    "jupyter-hub",
    # KubeSpawner 7 (kubespawner/spawner.py, reflector.py): it follows pods and events, and makes and takes
    # away a user's pod and claim. Secrets and Services are for internal TLS, which the hub here has not.
    uses=(
        "list,watch,get,create,delete pods",
        "get,create,delete persistentvolumeclaims",
        "list,watch events",
    ),
    # zero-to-jupyterhub-k8s, jupyterhub/templates/hub/rbac.yaml
    upstream=(
        f"{READ},create,delete pods persistentvolumeclaims secrets services",
        f"{READ} events",
    ),
)

OPERATOR = Program(
    "core",
    "training-operator",
    # training-operator 1.9 (pkg/controller.v1/tensorflow, pkg/core, pkg/cert): what its cache follows, what
    # it makes for a job, and the certificate of its webhook, by open-policy-agent/cert-controller.
    uses=(
        "get,list,watch secrets",
        "update secrets =training-operator-webhook-cert",
    ),
    uses_everywhere=(
        "get,list,watch,update,patch,delete tfjobs.kubeflow.org",
        "update,patch tfjobs.kubeflow.org/status",
        f"{ALL} pods",
        "get,list,watch,create,delete services",
        "create,patch events",
        "get,list,watch validatingwebhookconfigurations.admissionregistration.k8s.io",
        "update validatingwebhookconfigurations.admissionregistration.k8s.io "
        "=validator.training-operator.kubeflow.org",
        f"{ALL} podgroups.scheduling.volcano.sh",
    ),
    # kubeflow/training-operator 1.9, manifests/base/rbac/role.yaml: what of it is about TFJobs
    upstream=(
        f"{ALL} tfjobs.kubeflow.org pods events",
        f"{ALL} podgroups.scheduling.volcano.sh podgroups.scheduling.x-k8s.io",
        "get,update,patch tfjobs.kubeflow.org/status",
        "update tfjobs.kubeflow.org/finalizers",
        f"{READ},create,delete services",
        f"{READ},update secrets validatingwebhookconfigurations.admissionregistration.k8s.io",
    ),
    params={"tf_job_gang_scheduler": "volcano", "tf_job_webhook": True},
)

MASTER = Program(
    "node-feature-discovery",
    "node-feature-discovery-master",
    # pkg/nfd-master of 0.19: informers of both kinds; labels, annotations and taints of nodes are patched,
    # extended resources in their status.
    uses_everywhere=(
        "list,watch nodefeatures.nfd.k8s-sigs.io nodefeaturerules.nfd.k8s-sigs.io",
        "get,list,patch,update nodes",
        "patch nodes/status",
    ),
    # deployment/base/rbac/master-clusterrole.yaml
    upstream=(
        "list,watch namespaces",
        "get,list,patch,update nodes nodes/status",
        f"{READ} nodefeatures.nfd.k8s-sigs.io nodefeaturerules.nfd.k8s-sigs.io",
    ),
)

WORKER = Program(
    "node-feature-discovery",
    "node-feature-discovery-worker",
    # pkg/nfd-worker of 0.19: its node's NodeFeature, owned by its pod, which it reads
    uses=("get,create,update nodefeatures.nfd.k8s-sigs.io", "get pods"),
    # deployment/base/rbac/worker-role.yaml
    upstream=("get,create,update,delete nodefeatures.nfd.k8s-sigs.io", "get pods"),
)

COLLECTOR = Program(
    "node-feature-discovery",
    "node-feature-discovery-gc",
    # pkg/nfd-gc of 0.19: it follows nodes and deletes what others made about those that are gone
    uses_everywhere=(
        "list,watch nodes",
        "list,delete nodefeatures.nfd.k8s-sigs.io",
        "list,delete noderesourcetopologies.topology.node.k8s.io",
    ),
    # deployment/base/gc/gc-clusterrole.yaml
    upstream=(
        "list,watch nodes",
        "list,delete nodefeatures.nfd.k8s-sigs.io noderesourcetopologies.topology.node.k8s.io",
    ),
)

GPU_FEATURES = Program(
    "nvidia-device-plugin",
    "nvidia-device-plugin-gfd",
    # k8s-device-plugin 0.20, internal/lm/output.go: as a worker, for what it knows of GPUs
    uses=("get,create,update nodefeatures.nfd.k8s-sigs.io", "get pods"),
    # deployments/helm/nvidia-device-plugin/templates/role.yml, and the pod that 0.20 reads
    upstream=(f"{READ},create,update nodefeatures.nfd.k8s-sigs.io", "get pods"),
)

DETECTOR = Program(
    "node-detector",
    "node-detector",
    # dlctl/deploy/node_feature.py: server-side apply of its node's NodeFeature, and its owner's UID
    uses=("create,patch nodefeatures.nfd.k8s-sigs.io", "get daemonsets.apps =node-detector"),
    upstream=("create,patch nodefeatures.nfd.k8s-sigs.io", "get daemonsets.apps"),
    params={"image": "registry.example.com/dlctl:0.1.0"},
)

PROGRAMS = (HUB, OPERATOR, MASTER, WORKER, COLLECTOR, GPU_FEATURES, DETECTOR)


@dataclass(frozen=True, order=True)
class Right:
    """One verb on one resource; `name` where it is one object."""

    verb: str
    group: str
    resource: str
    name: str = ""


def rights(*lines: str) -> set[Right]:
    """The single rights of such lines."""
    found = set()
    for line in lines:
        verbs, *words = line.split()
        name = "".join(word[1:] for word in words if word.startswith("="))
        for word in (each for each in words if not each.startswith("=")):
            resource, slash, subresource = word.partition("/")
            plural, _, group = resource.partition(".")
            found |= {Right(verb, group, plural + slash + subresource, name) for verb in verbs.split(",")}
    return found
