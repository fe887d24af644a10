"""A long list comes whole, even where the server forgets it in the middle."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from dlctl.cluster.http.expired import Expired
from dlctl.cluster.http.paging import PAGE, pages
from dlctl.manifest import JsonObject
from tests.cluster.scripted_cluster import CONFIG_MAPS, made_cluster
from tests.cluster.scripted_server import Answer, Seen, scripted, status


def item(name: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "n"}}


def page(*names: str, more: str = "") -> dict[str, Any]:
    return {"metadata": {"continue": more}, "items": [item(name) for name in names]}


def names(items: Iterator[JsonObject]) -> list[str]:
    return [each["metadata"]["name"] for each in items]


def test_pages_are_joined() -> None:
    asked: list[Mapping[str, str]] = []

    def fetch(query: Mapping[str, str]) -> JsonObject:
        asked.append(query)
        return {"": page("a", "b", more="2"), "2": page("c", more="3"), "3": page("d")}[
            query.get("continue", "")
        ]

    assert names(pages(fetch, {"labelSelector": "x"})) == ["a", "b", "c", "d"]
    first = {"labelSelector": "x", "limit": str(PAGE)}
    assert asked == [first, {**first, "continue": "2"}, {**first, "continue": "3"}]


def test_list_restarts_after_an_expired_page_without_duplicates() -> None:
    turns: Iterator[Any] = iter(
        (page("a", "b", more="2"), Expired("gone"), page("b", "c", more="4"), page("d"))
    )

    def fetch(query: Mapping[str, str]) -> JsonObject:
        turn = next(turns)
        if isinstance(turn, Expired):
            raise turn
        answer: JsonObject = turn
        return answer

    assert names(pages(fetch, {})) == ["a", "b", "c", "d"]


def test_an_expired_first_page_is_an_error() -> None:
    def fetch(query: Mapping[str, str]) -> JsonObject:
        raise Expired("gone")

    with pytest.raises(Expired):
        list(pages(fetch, {}))


def test_no_items_is_an_empty_list() -> None:
    assert list(pages(lambda query: {"metadata": {}, "items": None}, {})) == []


def test_410_restarts_the_list(tmp_path: Path) -> None:
    expired = iter((True, False))

    def script(seen: Seen) -> Answer:
        if "continue" not in seen.query:
            return Answer(200, page("a", "b", more="2"))
        return status(410, "Expired") if next(expired) else Answer(200, page("c"))

    with scripted(script) as server:
        cluster = made_cluster(tmp_path, server.url)
        assert names(cluster.list(CONFIG_MAPS, "n")) == ["a", "b", "c"]
        cluster.close()
