"""Read a collection page by page."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dlctl.cluster.http.expired import Expired
from dlctl.manifest import JsonObject

PAGE = 500
"""Objects per page, as in kubectl (cli-runtime, resource.Builder, --chunk-size)."""


def pages(fetch: Callable[[Mapping[str, str]], JsonObject], query: Mapping[str, str]) -> Iterator[JsonObject]:
    """Each item of a collection once; `fetch` returns a page for a query, which has the shape of a list.

    If the continue token has expired, the list starts again, and items already returned are skipped.
    """
    given: set[tuple[str, str]] = set()
    token, restarted = "", False
    while True:
        try:
            page = fetch({**query, "limit": str(PAGE), **({"continue": token} if token else {})})
        except Expired:
            if not token:
                raise
            token, restarted = "", True
            continue
        token = (page.get("metadata") or {}).get("continue") or ""
        for item in page.get("items") or ():
            key = _key(item)
            if not (restarted and key in given):
                given.add(key)
                yield item
        if not token:
            return


def _key(item: Mapping[str, Any]) -> tuple[str, str]:
    metadata = item["metadata"]
    return metadata.get("namespace") or "", metadata["name"]


def selectors(labels: str, fields: str) -> dict[str, str]:
    """The query of a label and a field selector."""
    pairs = {"labelSelector": labels, "fieldSelector": fields}
    return {key: value for key, value in pairs.items() if value}
