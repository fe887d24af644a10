"""The floor of `node list`, `node check` and `job list`, as a program: the bare LISTs that they need, parsed.

Usage: python -m tests.benchmarks.list_floor [--check|--jobs] KUBECONFIG. Page by page; no discovery, and
nothing is counted but objects.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import urllib3

from tests.benchmarks.reach import reach

NODES = "api/v1/nodes?limit=500"
PODS = "api/v1/pods?limit=500&fieldSelector=status.phase!%3DSucceeded,status.phase!%3DFailed"
LISTS = (NODES, "apis/resource.k8s.io/v1/resourceslices?limit=500", PODS)
OF_JOBS = (
    "apis/batch/v1/namespaces/default/jobs?limit=500",
    "api/v1/namespaces/default/pods?limit=500",
)
OF_CHECK = (
    NODES,
    PODS,
    "api/v1/namespaces/default/limitranges?limit=500",
    "api/v1/namespaces/default/resourcequotas?limit=500",
)


def main(kubeconfig: Path, lists: Sequence[str]) -> None:
    """Read every page of each list, and print how many objects there were."""
    server, context = reach(kubeconfig)
    with urllib3.PoolManager(ssl_context=context) as pool:
        for path in lists:
            count, token = 0, ""
            while True:
                answer = pool.request(
                    "GET", f"{server}/{path}{token}", headers={"Accept": "application/json"}
                )
                if answer.status != 200:
                    sys.exit(f"status {answer.status}")
                page = json.loads(answer.data)
                count += len(page["items"] or ())
                more = page["metadata"].get("continue")
                if not more:
                    break
                token = f"&continue={more}"
            print(count)


FLAGS = {"--check": OF_CHECK, "--jobs": OF_JOBS}

main(Path(sys.argv[-1]), next((FLAGS[word] for word in sys.argv if word in FLAGS), LISTS))
