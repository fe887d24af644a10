"""The floor of `node list`, as a program: the bare LISTs that it needs, page by page, parsed and dropped.

Usage: python -m tests.benchmarks.list_floor KUBECONFIG. No discovery, and nothing is counted but objects.
"""

import json
import sys
from pathlib import Path

import urllib3

from tests.benchmarks.reach import reach

LISTS = (
    "api/v1/nodes?limit=500",
    "apis/resource.k8s.io/v1/resourceslices?limit=500",
    "api/v1/pods?limit=500&fieldSelector=status.phase!%3DSucceeded,status.phase!%3DFailed",
)


def main(kubeconfig: Path) -> None:
    """Read every page of each list, and print how many objects there were."""
    server, context = reach(kubeconfig)
    with urllib3.PoolManager(ssl_context=context) as pool:
        for path in LISTS:
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


main(Path(sys.argv[1]))
