"""A page of a list: its objects are decoded one by one, so that not all of them are in memory at once."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from dlctl.cluster.answers.answer import Answer
from dlctl.cluster.answers.objects import page_of_objects, require_item
from dlctl.cluster.protocol import Resource
from dlctl.manifest import JsonObject


class _ListMeta(msgspec.Struct, frozen=True):
    continue_: str | None = msgspec.field(default=None, name="continue")


class _Page(msgspec.Struct, frozen=True):
    """A list as text, of which only the frame is decoded."""

    metadata: _ListMeta | None = None
    items: list[msgspec.Raw] | None = None


_DECODER = msgspec.json.Decoder(_Page)


def page_of(data: bytes, answer: Callable[[bytes], Answer], resource: Resource) -> JsonObject:
    """The page in the body of a response; `answer` makes an answer of the body, or of one object in it.

    Raises ClusterError for anything but a list, and while `items` is iterated for an object without
    metadata.
    """
    try:
        page = _DECODER.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        page = _Page()
    if page.items is None:
        return page_of_objects(answer(data), resource)
    metadata = {"continue": page.metadata.continue_} if page.metadata else {}
    return {"metadata": metadata, "items": _objects(page.items, answer, resource)}


def _objects(
    items: Sequence[msgspec.Raw], answer: Callable[[bytes], Answer], resource: Resource
) -> Iterator[JsonObject]:
    for index, raw in enumerate(items):
        found = answer(bytes(raw))
        require_item(found, found.value, index, resource)
        yield found.value
