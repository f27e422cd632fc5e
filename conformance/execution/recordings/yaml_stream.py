"""YAML that is read event by event, so that one interaction at a time is in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.events import (
    DocumentEndEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.resolver import Resolver

from conformance.execution.recordings.opening import Opened
from conformance.execution.recordings.recorded import RecordingError
from conformance.spec.plain_text import summary

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LISTS = ("interactions", "http_interactions")


class _Constructor(SafeConstructor):
    """Makes plain values; texts that Python tagged as its own kind of text are texts."""


def _as_text(constructor: SafeConstructor, suffix: str, node: yaml.Node) -> Any:
    if suffix in ("str", "unicode", "bytes") and isinstance(node, yaml.ScalarNode):
        return constructor.construct_scalar(node)
    raise yaml.constructor.ConstructorError(None, None, f"the tag !!python/{suffix} is not read", node.start_mark)


_Constructor.add_multi_constructor("tag:yaml.org,2002:python/", _as_text)


class _Nodes(Composer, _Constructor, Resolver):
    """Composes one node after the other from a stream of events."""

    def __init__(self, events: Iterator[Event]) -> None:
        Composer.__init__(self)
        _Constructor.__init__(self)
        Resolver.__init__(self)
        self._events = events
        self._next: Event | None = None

    def peek_event(self) -> Event:
        if self._next is None:
            self._next = next(self._events, StreamEndEvent())
        return self._next

    def get_event(self) -> Event:
        event, self._next = self.peek_event(), None
        return event

    def check_event(self, *kinds: type[Event]) -> bool:
        return isinstance(self.peek_event(), kinds)

    def value(self) -> Any:
        """The next value, made whole."""
        node = self.compose_node(None, 0)
        return self.construct_document(node)


def interactions(opened: Opened) -> Iterator[Any]:
    """The items of the list of interactions. Raises RecordingError where the file is damaged, or has none."""
    count, found = 0, False
    with opened.stream() as stream:
        try:
            nodes = _Nodes(yaml.parse(stream, Loader=_LOADER))
            while not nodes.check_event(StreamEndEvent):
                event = nodes.get_event()
                if not isinstance(event, MappingStartEvent):
                    continue
                for value in _of_list(nodes):
                    found = True
                    if value is not None:
                        count += 1
                        yield value
        except (yaml.YAMLError, UnicodeDecodeError, OSError, EOFError, RecursionError) as error:
            what = summary(getattr(error, "problem", None) or error)
            raise RecordingError(f"{opened.path}: damaged after {count} interactions: {what}") from None
    if not found:
        raise RecordingError(f"{opened.path}: is not a VCR cassette: it has no list of interactions")


def _of_list(nodes: _Nodes) -> Iterator[Any]:
    """The items of the list, within the mapping that has just begun; first None, which says that there is one."""
    while not nodes.check_event(MappingEndEvent, DocumentEndEvent, StreamEndEvent):
        key = nodes.get_event()
        is_list = isinstance(key, ScalarEvent) and key.value in _LISTS and nodes.check_event(SequenceStartEvent)
        if not is_list:
            nodes.value()
            continue
        nodes.get_event()
        yield None
        while not nodes.check_event(SequenceEndEvent):
            yield nodes.value()
        nodes.get_event()
