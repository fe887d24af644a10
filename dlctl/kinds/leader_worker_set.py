"""The kind LeaderWorkerSet, and the labels that its controller gives to pods."""

from dlctl.manifest import GroupKind

LEADER_WORKER_SET = GroupKind("leaderworkerset.x-k8s.io", "LeaderWorkerSet")
SET_NAME = "leaderworkerset.sigs.k8s.io/name"
GROUP_INDEX = "leaderworkerset.sigs.k8s.io/group-index"
WORKER_INDEX = "leaderworkerset.sigs.k8s.io/worker-index"
"""The place of a pod in its group, of which 0 is the leader's."""
