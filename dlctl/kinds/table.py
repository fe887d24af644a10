"""The table of Kubernetes kinds: order of application, scope, and protection from deletion.

One line for each kind: its name, its scope and, if its deletion also deletes other objects or data,
`protected`. Built-in kinds are in the order in which they are applied. Services come before
workloads, because the kubelet passes a pod the addresses of the Services that exist when it starts. Runs
come after other custom resources, because their controllers fail them at once if a referenced object is
missing. Webhooks come last, so that they do not intercept the objects they belong to.

Scopes come from Kubernetes 1.36's discovery and the CRDs of the systems that prototypes are
written for.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from msgspec import Struct

from dlctl.manifest import GroupKind

FOUNDATION, CONFIGURATION, NETWORK, WORKLOADS, CUSTOM, RUNS, WEBHOOKS = range(7)
"""The waves in which objects are applied."""


class KnownKind(Struct, frozen=True):
    """A kind of the table; a `built_in` kind is served by Kubernetes itself and may be in manifests."""

    group_kind: GroupKind
    wave: int
    namespaced: bool
    protected: bool
    built_in: bool


_BUILT_IN = {
    FOUNDATION: """
        Namespace                                                           cluster protected
        CustomResourceDefinition.apiextensions.k8s.io                       cluster protected
    """,
    CONFIGURATION: """
        ServiceAccount                                                      namespaced
        ClusterRole.rbac.authorization.k8s.io                               cluster
        ClusterRoleBinding.rbac.authorization.k8s.io                        cluster
        Role.rbac.authorization.k8s.io                                      namespaced
        RoleBinding.rbac.authorization.k8s.io                               namespaced
        PriorityClass.scheduling.k8s.io                                     cluster
        RuntimeClass.node.k8s.io                                            cluster
        PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io             cluster
        FlowSchema.flowcontrol.apiserver.k8s.io                             cluster
        ResourceQuota                                                       namespaced
        LimitRange                                                          namespaced
        Secret                                                              namespaced
        ConfigMap                                                           namespaced
        StorageClass.storage.k8s.io                                         cluster
        CSIDriver.storage.k8s.io                                            cluster
        CSINode.storage.k8s.io                                              cluster
        CSIStorageCapacity.storage.k8s.io                                   namespaced
        VolumeAttributesClass.storage.k8s.io                                cluster
        PersistentVolume                                                    cluster protected
        VolumeAttachment.storage.k8s.io                                     cluster
        PersistentVolumeClaim                                               namespaced protected
    """,
    NETWORK: """
        NetworkPolicy.networking.k8s.io                                     namespaced
        ServiceCIDR.networking.k8s.io                                       cluster
        IPAddress.networking.k8s.io                                         cluster
        IngressClass.networking.k8s.io                                      cluster
        Service                                                             namespaced
        Endpoints                                                           namespaced
        EndpointSlice.discovery.k8s.io                                      namespaced
        PodDisruptionBudget.policy                                          namespaced
    """,
    WORKLOADS: """
        DeviceClass.resource.k8s.io                                         cluster
        ResourceSlice.resource.k8s.io                                       cluster
        DeviceTaintRule.resource.k8s.io                                     cluster
        ResourceClaim.resource.k8s.io                                       namespaced
        ResourceClaimTemplate.resource.k8s.io                               namespaced
        ControllerRevision.apps                                             namespaced
        PodTemplate                                                         namespaced
        Pod                                                                 namespaced
        ReplicationController                                               namespaced
        ReplicaSet.apps                                                     namespaced
        Deployment.apps                                                     namespaced
        StatefulSet.apps                                                    namespaced
        DaemonSet.apps                                                      namespaced
        Job.batch                                                           namespaced
        CronJob.batch                                                       namespaced
        HorizontalPodAutoscaler.autoscaling                                 namespaced
        Ingress.networking.k8s.io                                           namespaced
        Lease.coordination.k8s.io                                           namespaced
        CertificateSigningRequest.certificates.k8s.io                       cluster
        Node                                                                cluster
        Event                                                               namespaced
        Event.events.k8s.io                                                 namespaced
    """,
    WEBHOOKS: """
        APIService.apiregistration.k8s.io                                   cluster
        ValidatingAdmissionPolicy.admissionregistration.k8s.io              cluster
        ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io       cluster
        MutatingAdmissionPolicy.admissionregistration.k8s.io                cluster
        MutatingAdmissionPolicyBinding.admissionregistration.k8s.io         cluster
        ValidatingWebhookConfiguration.admissionregistration.k8s.io         cluster
        MutatingWebhookConfiguration.admissionregistration.k8s.io           cluster
    """,
}

_OTHERS = {
    CUSTOM: """
        ComponentStatus                                                     cluster
        TokenReview.authentication.k8s.io                                   cluster
        SelfSubjectReview.authentication.k8s.io                             cluster
        SelfSubjectAccessReview.authorization.k8s.io                        cluster
        SelfSubjectRulesReview.authorization.k8s.io                         cluster
        SubjectAccessReview.authorization.k8s.io                            cluster
        ClusterTrustBundle.certificates.k8s.io                              cluster
        StorageVersion.internal.apiserver.k8s.io                            cluster
        StorageVersionMigration.storagemigration.k8s.io                     cluster
        ClusterProperty.about.k8s.io                                        cluster
        ThinRuntimeProfile.data.fluid.io                                    cluster
        ClusterEventBus.events.openfunction.io                              cluster
        ClusterTriggerAuthentication.keda.sh                                cluster
        AdmissionCheck.kueue.x-k8s.io                                       cluster
        ClusterQueue.kueue.x-k8s.io                                         cluster
        Cohort.kueue.x-k8s.io                                               cluster
        MultiKueueCluster.kueue.x-k8s.io                                    cluster
        MultiKueueConfig.kueue.x-k8s.io                                     cluster
        ProvisioningRequestConfig.kueue.x-k8s.io                            cluster
        ResourceFlavor.kueue.x-k8s.io                                       cluster
        Topology.kueue.x-k8s.io                                             cluster
        WorkloadPriorityClass.kueue.x-k8s.io                                cluster
        NodeFeatureRule.nfd.k8s-sigs.io                                     cluster
        Numatopology.nodeinfo.volcano.sh                                    cluster
        ClusterPolicy.nvidia.com                                            cluster
        GPUCluster.nvidia.com                                               cluster
        NVIDIADriver.nvidia.com                                             cluster
        ClusterOverridePolicy.policy.karmada.io                             cluster
        ClusterPropagationPolicy.policy.karmada.io                          cluster
        Queue.scheduling.incubator.k8s.io                                   cluster
        Queue.scheduling.sigs.dev                                           cluster
        Queue.scheduling.volcano.sh                                         cluster
        ClusterServingRuntime.serving.kserve.io                             cluster
        ClusterStorageContainer.serving.kserve.io                           cluster
        LocalModelCache.serving.kserve.io                                   cluster
        LocalModelNode.serving.kserve.io                                    cluster
        LocalModelNodeGroup.serving.kserve.io                               cluster
        NodeShard.shard.volcano.sh                                          cluster
        NodeResourceTopology.topology.node.k8s.io                           cluster
        VolumeSnapshotClass.snapshot.storage.k8s.io                         cluster
        HyperNode.topology.volcano.sh                                       cluster
        ClusterTrainingRuntime.trainer.kubeflow.org                         cluster
        TrainingRuntime.trainer.kubeflow.org                                namespaced
        TFJob.kubeflow.org                                                  namespaced
        PyTorchJob.kubeflow.org                                             namespaced
        MPIJob.kubeflow.org                                                 namespaced
        PaddleJob.kubeflow.org                                              namespaced
        XGBoostJob.kubeflow.org                                             namespaced
        JAXJob.kubeflow.org                                                 namespaced
        JobSet.jobset.x-k8s.io                                              namespaced
        LeaderWorkerSet.leaderworkerset.x-k8s.io                            namespaced
        Notebook.kubeflow.org                                               namespaced
        Profile.kubeflow.org                                                cluster
        Job.batch.volcano.sh                                                namespaced
        Service.serving.knative.dev                                         namespaced
        Configuration.serving.knative.dev                                   namespaced
        Route.serving.knative.dev                                           namespaced
        InferenceService.serving.kserve.io                                  namespaced
        InferenceGraph.serving.kserve.io                                    namespaced
        LLMInferenceServiceConfig.serving.kserve.io                         namespaced
        LLMInferenceService.serving.kserve.io                               namespaced
    """,
    RUNS: """
        PipelineRun.tekton.dev                                              namespaced
        TaskRun.tekton.dev                                                  namespaced
        TrainJob.trainer.kubeflow.org                                       namespaced
    """,
}
"""Custom resources, and built-in kinds that are not used in manifests."""


def _read(waves: Mapping[int, str], *, built_in: bool) -> Iterator[KnownKind]:
    for wave, lines in waves.items():
        for line in lines.strip().splitlines():
            name, scope, *marks = line.split()
            kind, _, group = name.partition(".")
            yield KnownKind(
                GroupKind(group, kind), wave, scope == "namespaced", "protected" in marks, built_in
            )


KINDS: Mapping[GroupKind, KnownKind] = MappingProxyType(
    {known.group_kind: known for known in (*_read(_BUILT_IN, built_in=True), *_read(_OTHERS, built_in=False))}
)
"""Every kind of the table; built-in kinds come first, in the order in which they are applied."""

BUILT_IN = frozenset(known.group_kind for known in KINDS.values() if known.built_in)
"""The built-in kinds of Kubernetes that a manifest may have."""

PROTECTED = frozenset(known.group_kind for known in KINDS.values() if known.protected)
"""Kinds whose deletion also deletes other objects or data: kept unless explicitly selected."""

NAMESPACE = GroupKind("", "Namespace")
DEFINITION = GroupKind("apiextensions.k8s.io", "CustomResourceDefinition")
