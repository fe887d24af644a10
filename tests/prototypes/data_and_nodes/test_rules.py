"""Datasets, node agents and tenancy: what is refused before any cluster sees it, and in which words."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import DlctlError, ParamError
from tests.prototypes.examples import render

NFS = {"server": "nfs.example.com", "path": "/export"}
CEPH = {"cluster_id": "rook-ceph", "filesystem": "myfs", "path": "/data"}
BUCKET = {"source": "s3://bucket/data"}
THIN = {"source": "nr://data/x", "runtime": "thin"}
OSS: dict[str, Any] = {"source": "oss://a/b", "runtime": "jindo"}
SSD = {**BUCKET, "cache_medium": "SSD"}
LEVEL = {"medium": "MEM", "paths": ["/dev/shm"], "size": "2Gi"}
POOL = {"resource": "hca", "vendor": "15b3"}
S3 = {"store": "s3", "access_key_id": "me", "secret_access_key": "key"}
GS = {"store": "gs", "gcs_key": "{}", "form": "kserve"}
REGISTRY = {"server": "registry.example.com", "username": "me", "password": "hush"}
DEVICE = {"name": "a", "exactly": {"deviceClassName": "gpu.nvidia.com"}}
NODES = {"nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "Exists"}]}]}
OWNER = {"uid": 0, "gid": 0, "user": "root", "group": "root"}
WARM = {"dataset_name": "a"}
SAVE = {"operation": "backup", "dataset_name": "a", "backup_path": "pvc://a"}
EXPORT: dict[str, Any] = {"size": "1Gi", "nfs": {"server": "a", "path": "/a"}}
HF = {"store": "huggingface", "hf_token": "hf_x"}

REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("dataset-nfs", {**NFS, "mount_options": ["vers=3"]}, "nfs_version"),
    ("dataset-nfs", {**NFS, "mount_options": ["nconnect=4"]}, "with connections"),
    ("dataset-nfs", {**NFS, "mount_options": ["rw"]}, "contradicts read_only"),
    ("dataset-cephfs", {**CEPH}, "set either ceph_user and ceph_key"),
    ("dataset-cephfs", {**CEPH, "ceph_user": "reader"}, "must be set together"),
    (
        "dataset-cephfs",
        {**CEPH, "ceph_user": "r", "ceph_key": "AQ==", "secret": "s"},
        "set either ceph_user and ceph_key",
    ),
    (
        "dataset-cephfs",
        {**CEPH, "ceph_user": "r", "ceph_key": "AQ==", "secret_namespace": "rook"},
        "has no effect without",
    ),
    ("dataset-cache", {**BUCKET, "secret": "keys"}, "must be set together"),
    ("dataset-cache", {"source": "juicefs:///x"}, "needs runtime: juicefs"),
    ("dataset-cache", {"source": "juicefs:///x", "runtime": "juicefs"}, "metaurl"),
    ("dataset-cache", {"source": "https://host/x", "runtime": "jindo"}, "use runtime: alluxio"),
    ("dataset-cache", SSD, "cache_paths"),
    (
        "dataset-cache",
        {**SSD, "cache_paths": ["/a"], "cache_path_sizes": ["1Gi", "2Gi"]},
        "one size for each",
    ),
    (
        "dataset-cache",
        {**BUCKET, "cache_high": 0.5, "cache_low": 0.7},
        "cache_low must be smaller than cache_high",
    ),
    ("dataset-cache", THIN, "ThinRuntimeProfile"),
    ("dataset-cache", {**THIN, "profile": "p", "fuse_command": ["sh"]}, "its own command"),
    ("dataset-cache", {**THIN, "profile": "p", "prefetch": True}, "no workers"),
    ("dataset-cache", {**BUCKET, "profile": "p"}, "runtime: thin"),
    ("dataset-cache", {**OSS, "roles": {"fuse": {"network_mode": "HostNetwork"}}}, "have one network"),
    ("dataset-cache", {"runtime": "juicefs"}, "source is missing"),
    ("dataset-cache", {"more_sources": [{"mountPoint": "s3://a"}], "folder": "/"}, "which is missing"),
    ("dataset-cache", {**BUCKET, "only": "runtime", "prefetch": True}, "is made with the Dataset"),
    ("dataset-cache", {**OSS, "parts": {"jobMaster": {}}}, "no such part"),
    ("dataset-cache", {**BUCKET, "parts": {"master": {"options": {"a": "b"}}}}, "no such field"),
    ("dataset-cache", {**BUCKET, "parts": {"fuse": {"options": {"a": "b"}}}}, "no such field"),
    ("dataset-cache", {**BUCKET, "parts": {"fuse": {"env": []}}}, "env is a list"),
    ("dataset-cache", {**BUCKET, "parts": {"worker": {"ports": []}}}, "ports are a list"),
    ("dataset-cache", {**BUCKET, "jindo_user": "a"}, "for jindo"),
    ("dataset-cache", {**OSS, "runtime_jvm_options": ["-Xmx1G"]}, "for alluxio and goosefs"),
    ("dataset-cache", {**BUCKET, "thin_replicas": 1}, "is for thin"),
    ("dataset-cache", {**BUCKET, "cache_nodes": NODES, "node_selector": {"a": "b"}}, "all about the nodes"),
    ("dataset-cache", {"runtime": "efc", "source": "nfs://a", "run_as": OWNER}, "no run_as"),
    (
        "dataset-cache",
        {"runtime": "vineyard", "clean_cache_policy": {"maxRetryAttempts": 1}},
        "no clean_cache",
    ),
    (
        "dataset-cache",
        {**BUCKET, "fuse_image": "a:1", "parts": {"fuse": {"image": "b"}}},
        "fuse_image and parts both",
    ),
    (
        "dataset-cache",
        {**BUCKET, "init_users_image": "a:1", "parts": {"initUsers": {"imageTag": "2"}}},
        "init_users_image and parts both",
    ),
    (
        "dataset-cache",
        {**BUCKET, "fuse_image_pull_policy": "Never", "parts": {"fuse": {"imagePullPolicy": "Always"}}},
        "contradicts imagePullPolicy",
    ),
    (
        "dataset-cache",
        {**BUCKET, "fuse_clean_policy": "OnDemand", "parts": {"fuse": {"cleanPolicy": "OnRuntimeDeleted"}}},
        "contradicts imagePullPolicy or cleanPolicy",
    ),
    (
        "dataset-cache",
        {**BUCKET, "master_replicas": 1, "parts": {"master": {"replicas": 3}}},
        "master_replicas contradicts",
    ),
    (
        "dataset-cache",
        {**BUCKET, "api_gateway": False, "parts": {"apiGateway": {"enabled": True}}},
        "api_gateway contradicts",
    ),
    ("thin-profile", {"fuse_image": "a:1", "parts": {"fuse": {"image": "b"}}}, "in parts state otherwise"),
    ("dataset-operation", {}, "dataset_name is missing"),
    ("dataset-operation", {"operation": "migrate"}, "has from and to"),
    ("dataset-operation", {**WARM, "block": True}, "are for operation: migrate"),
    ("dataset-operation", {**WARM, "operation": "process"}, "needs mount_path"),
    ("dataset-operation", {**WARM, "mount_path": "/data"}, "are for operation: process"),
    ("dataset-operation", {**WARM, "operation": "backup"}, "backup_path is missing"),
    ("dataset-operation", {**WARM, "backup_path": "pvc://a"}, "are for operation: backup"),
    ("dataset-operation", {**WARM, "policy": "Cron"}, "belong together"),
    ("dataset-operation", {**SAVE, "load_target": [{"path": "/"}]}, "are for operation: load"),
    ("dataset-operation", {**SAVE, "policy": "Once"}, "are for operations load and migrate"),
    ("dataset-operation", {**SAVE, "dataset_namespace": "a"}, "dataset_namespace is for"),
    ("dataset-operation", {**SAVE, "scheduler_name": "a"}, "has none"),
    ("dataset-operation", {**SAVE, "cpu": 1}, "has no resources"),
    ("dataset-operation", {**SAVE, "operation_pod_metadata": {"labels": {"a": "b"}}}, "no metadata of pods"),
    ("dataset-operation", {**WARM, "operation_image": "a:1"}, "is for migrate and for a script"),
    ("thin-profile", {"parts": {"master": {}}}, "has the parts worker and fuse"),
    ("thin-profile", {"parts": {"fuse": {"env": {}}}}, "env and ports are lists"),
    ("persistent-volume", {"size": "1Gi"}, "a volume has one source"),
    ("persistent-volume", {"size": "1Gi", "local": {"path": "/a"}}, "name them with volume_node"),
    ("persistent-volume", {**EXPORT, "volume_mode": "Block"}, "are block devices"),
    ("persistent-volume", {**EXPORT, "access_modes": ["ReadWriteOncePod", "ReadWriteMany"]}, "the only one"),
    (
        "dataset-cache",
        {**BUCKET, "env_vars": {"A": {"fieldRef": {"fieldPath": "metadata.name"}}}},
        "runtime are strings",
    ),
    ("dataset-cache", {**BUCKET, "prefetch_paths": ["/x"]}, "no effect without prefetch"),
    ("dataset-cache", {**BUCKET, "prefetch_metadata": False}, "no effect without prefetch"),
    (
        "dataset-cache",
        {**BUCKET, "prefetch": True, "prefetch_schedule": "0 3 * * *", "prefetch_ttl_seconds": 9},
        "runs again and again",
    ),
    ("dataset-cache", {**THIN, "profile": "p", "hadoop_config": "h"}, "hadoop_config is for alluxio"),
    ("dataset-cache", {**OSS, "disable_prometheus": True}, "jindo and efc runtimes have neither"),
    ("dataset-cache", {**OSS, "pin_data": True}, "are for alluxio"),
    ("dataset-cache", {**BUCKET, "runtime_configs": ["--a"]}, "are for juicefs"),
    ("dataset-cache", {**BUCKET, "log_config": {"a": "b"}}, "is for jindo"),
    ("dataset-cache", {**OSS, "init_users_image": "a:1"}, "for alluxio, juicefs and goosefs"),
    ("dataset-cache", {**THIN, "profile": "p", "part_properties": {"a": "b"}}, "are for alluxio, jindo and"),
    ("dataset-cache", {**BUCKET, "prefetch": True, "prefetch_replicas": 2}, "than the number of workers"),
    ("dataset-cache", {**BUCKET, "cache_levels": [LEVEL], "cache_size": "4Gi"}, "for a single level"),
    ("claim", {"size": "1Gi", "from_snapshot": "a", "from_claim": "b"}, "set only one of from_snapshot"),
    ("claim", {"size": "1Gi", "access_modes": ["ReadWriteOncePod", "ReadWriteMany"]}, "the only one of"),
    ("claim", {"size": "2Gi", "size_limit": "1Gi"}, "must not be larger than size_limit"),
    ("claim", {"size": "many"}, "must be the size of a volume"),
    ("object-store-secret", {"store": "s3"}, "store s3 needs access_key_id"),
    ("object-store-secret", {**HF, "region": "eu"}, "are for store s3"),
    ("object-store-secret", {**S3, "gcs_key": "{}"}, "store gs and gcs_key go together"),
    ("object-store-secret", {**S3, "hf_token": "x"}, "store huggingface and hf_token go together"),
    ("object-store-secret", {**HF, "form": "dapr"}, "use form env or kserve"),
    ("object-store-secret", {**GS, "form": "fluid"}, "is a file"),
    ("object-store-secret", {**S3, "form": "fluid", "session_token": "t"}, "have a session token"),
    ("object-store-secret", {**S3, "form": "dapr", "endpoint": "minio:9000"}, "kserve, env and tekton"),
    ("object-store-secret", {**S3, "form": "fluid", "use_https": False}, "use_https is for"),
    ("object-store-secret", {**S3, "form": "tekton", "verify_ssl": False}, "verify_ssl is for"),
    ("object-store-secret", {**S3, "runtime": "jindo"}, "runtime is for form fluid"),
    (
        "object-store-secret",
        {**S3, "form": "dapr", "key_names": {"AWS_REGION": "region"}},
        "key_names are for form env",
    ),
    ("object-store-secret", {**S3, "key_names": {"HF_TOKEN": "token"}}, "a key of another store"),
    (
        "object-store-secret",
        {**S3, "key_names": {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "key"}},
        "one name to two keys",
    ),
    ("resource-claim", {"requests": [DEVICE] * 2}, "two requests have the same name"),
    (
        "resource-claim",
        {"requests": [DEVICE], "constraints": [{"requests": ["b"], "matchAttribute": "a/b"}]},
        "name a request that does not exist",
    ),
    ("config-map", {"entries": {"a": "1"}, "binary_data": {"a": "MQ=="}}, "in entries and in binary_data"),
    ("config-map", {"entries": {"a": "x" * 1048576, "b": "x"}}, "at most 1 MiB"),
    ("secret", {"entries": {"a": "x" * 1048576, "b": "x"}}, "at most 1 MiB"),
    ("secret", {"registry_login": REGISTRY, "type": "example.com/login"}, "leave them out"),
    ("secret", {"type": "kubernetes.io/dockerconfigjson"}, "needs the key .dockerconfigjson"),
    ("secret", {"type": "kubernetes.io/service-account-token"}, "mount a serviceAccountToken"),
    (
        "secret",
        {"type": "kubernetes.io/basic-auth", "entries": {"user": "a"}},
        "the key username or password",
    ),
    ("secret", {"type": "kubernetes.io/ssh-auth", "entries": {"key": "a"}}, "the key ssh-privatekey"),
    ("secret", {"type": "kubernetes.io/tls", "entries": {"tls.crt": "a"}}, "the keys tls.crt and tls.key"),
    ("node-detector", {}, "image"),
    ("node-feature-discovery", {"sources": ["pci"], "label_sources": ["cpu"]}, "that is not in sources"),
    ("node-feature-discovery", {"sources": ["cpu"]}, "need the sources"),
    ("node-feature-discovery", {"gpu_rules": False, "taint_gpu_nodes": True}, "gpu_rules: true"),
    ("node-feature-discovery", {"gpu_rules": False, "gpu_device_ids": {"X": ["0001"]}}, "no effect"),
    ("nvidia-device-plugin", {"sharing": "time-slicing"}, "must be set together"),
    ("nvidia-device-plugin", {"shared_replicas": 4}, "must be set together"),
    (
        "nvidia-device-plugin",
        {"sharing": "mps", "shared_replicas": 4, "mig_strategy": "single"},
        "MPS cannot share MIG devices",
    ),
    (
        "nvidia-device-plugin",
        {"sharing": "time-slicing", "shared_replicas": 2, "shared_resources": ["nvidia.com/mig-1g.5gb"]},
        "mig_strategy: mixed",
    ),
    ("nvidia-device-plugin", {"sharing": "mps", "shared_replicas": 49}, "at most 48"),
    ("nvidia-device-plugin", {"node_selector": {}}, "selects every node"),
    ("nvidia-device-plugin", {"configuration": "variables"}, "set gpu_feature_discovery to false"),
    ("nvidia-device-plugin", {"plugin_config": {"version": "v1"}, "gds_enabled": True}, "set them there"),
    ("dataset-nfs", {"server": "nfs", "path": "/a", "provision": {}}, "set driver to csi"),
    ("rdma-device-plugin", {"pools": [POOL, POOL]}, "the same resource"),
    ("rdma-device-plugin", {"pools": [{"resource": "hca"}]}, "must select its adapters"),
    ("rdma-device-plugin", {"pools": [{**POOL, "num_vfs": 4}]}, "plugin: sriov"),
    ("rdma-device-plugin", {"plugin": "sriov"}, "needs num_vfs"),
    (
        "rdma-device-plugin",
        {"plugin": "sriov", "pools": [{**POOL, "num_vfs": 2, "max_pods": 4}]},
        "for shared",
    ),
    (
        "rdma-device-plugin",
        {"plugin": "sriov", "pools": [{**POOL, "num_vfs": 2, "device_ids": ["1017", "1019"]}]},
        "select only one device ID",
    ),
    ("rdma-device-plugin", {"plugin": "hustcat"}, "no released image"),
    (
        "rdma-device-plugin",
        {"plugin": "sriov", "pools": [{**POOL, "num_vfs": 2}], "image": "x:1"},
        "chooses its own images",
    ),
    ("rdma-device-plugin", {"master_interface": "eth1"}, "plugin: hustcat"),
    ("rdma-device-plugin", {"ipam": {"type": "dhcp"}}, "plugin: sriov"),
    (
        "rdma-device-plugin",
        {"plugin": "sriov", "pools": [{**POOL, "num_vfs": 4, "link": "infiniband", "vlan": 2}]},
        "InfiniBand does not support VLANs",
    ),
    (
        "tenancy",
        {"namespace_labels": {"pod-security.kubernetes.io/enforce": "restricted"}},
        "namespace is set with allowed_pods",
    ),
    ("tenancy", {"queue_settings": {"priority": 1}}, "are for queue_type volcano"),
    (
        "tenancy",
        {"queue_type": "volcano", "queue_settings": {"guarantee": {"cpu": 1}}},
        "not be larger than deserved",
    ),
    ("tenancy", {"queue_type": "kueue"}, "must be set together"),
    ("tenancy", {"cluster_queue": "research"}, "must be set together"),
    ("tenancy", {"max_cpu": "500m"}, "default_cpu must not be larger"),
    ("tenancy", {"max_memory": "1Gi"}, "default_memory must not be larger"),
    ("tenancy", {"isolate": False, "allow_from": ["istio-system"]}, "no effect"),
    ("tenancy", {"make_namespace": False, "namespace_labels": {"a": "b"}}, "leave them out, or set"),
)


@pytest.mark.parametrize(("prototype", "params", "message"), REFUSED)
def test_rule_refuses(prototype: str, params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        render(prototype, params, tmp_path)
    assert message in _words(raised.value)


@pytest.mark.parametrize(
    ("prototype", "params"),
    [
        ("dataset-nfs", {**NFS, "path": "export"}),
        ("dataset-nfs", {**NFS, "path": "/export/../secret"}),
        ("dataset-nfs", {**NFS, "capacity": "0"}),
        ("dataset-cephfs", {**CEPH, "ceph_user": "client.reader", "ceph_key": "AQ=="}),
        ("dataset-cache", {"source": "bucket"}),
        ("tenancy", {"team": "kube-system"}),
        ("tenancy", {"device_quota": {"requests.nvidia.com/gpu": 1}}),
        ("tenancy", {"users": ["ada"]}),
    ],
)
def test_schema_refuses(prototype: str, params: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ParamError):
        render(prototype, params, tmp_path)


@pytest.mark.parametrize(
    ("prototype", "params", "longest"),
    [
        ("dataset-cache", BUCKET, 40),
        ("node-feature-discovery", {}, 56),
        ("nvidia-device-plugin", {}, 50),
    ],
)
def test_name_leaves_room_for_what_is_made_of_it(
    prototype: str, params: dict[str, Any], longest: int, tmp_path: Path
) -> None:
    assert render(prototype, params, tmp_path / "fits", name="n" * longest)
    with pytest.raises(ParamError):
        render(prototype, params, tmp_path / "long", name="n" * (longest + 1))


def _words(error: ParamError) -> str:
    problems: tuple[DlctlError, ...] = error.problems or (error,)
    return "\n".join(f"{problem}: {problem.hint}" for problem in problems)
