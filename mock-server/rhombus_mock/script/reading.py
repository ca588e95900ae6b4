"""YAML with one reading in two languages: a plain scalar is true, false, an integer or a string;
nothing twice, no anchors, no tags. Every value keeps its line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

_INTEGER = re.compile(r"-?[0-9]+")
MAX_OCTETS = 1024 * 1024
MAX_DEPTH = 64
LARGEST = 2**63 - 1

Path = tuple[str | int, ...]


class Unreadable(ValueError):
    """Where and why a file cannot be read; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass
class Document:
    """The values, and for each path the line of its key or item and whether it was "quoted"."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    double_quoted: set[Path] = field(default_factory=set)

    def line(self, path: Path) -> int:
        """The line of that path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(text: str) -> Document:
    """Raises Unreadable."""
    if len(text) > MAX_OCTETS:
        raise Unreadable(1, "longer than 1 MiB")
    try:
        _look_through(text)
        node = yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(mark.line + 1 if mark else 1, str(error.problem)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Unreadable(line, f"the character {error.character:#x} is not allowed") from error
    document = Document()
    if node is not None:
        document.lines[()] = node.start_mark.line + 1
        document.value = _value(node, (), document)
    return document


def _look_through(text: str) -> None:
    """Refuses what is YAML and not part of the format, before anything is built of it."""
    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        _refuse_anchors(event)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise Unreadable(_line(event), f"deeper than {MAX_DEPTH} levels")


def _refuse_anchors(event: Any) -> None:
    line = _line(event)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise Unreadable(line, "anchors and aliases are not part of the format")
    if getattr(event, "tag", None) and event.tag != "!":
        raise Unreadable(line, f"the tag {event.tag} is not part of the format")


def _line(event: Any) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _value(node: yaml.Node, path: Path, document: Document) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, document)
    if isinstance(node, yaml.SequenceNode):
        items = []
        for at, item in enumerate(node.value):
            document.lines[(*path, at)] = item.start_mark.line + 1
            items.append(_value(item, (*path, at), document))
        return items
    assert isinstance(node, yaml.ScalarNode)
    if node.style == '"':
        document.double_quoted.add(path)
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: Path, document: Document) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise Unreadable(line, "a key is not a word")
        key = _text(key_node)
        if key in values:
            raise Unreadable(line, f"the key '{key}' stands here twice")
        document.lines[(*path, key)] = line
        values[key] = _value(value_node, (*path, key), document)
    return values


def _scalar(node: yaml.ScalarNode) -> str | int | bool:
    text = _text(node)
    if node.style is None:
        if text in ("true", "false"):
            return text == "true"
        if _INTEGER.fullmatch(text):
            if len(text) > len(str(-LARGEST)) or abs(int(text)) > LARGEST:
                more = f"the integer {text[:24]} has more than 63 bits"
                raise Unreadable(node.start_mark.line + 1, more)
            return int(text)
    return text


def _text(node: yaml.ScalarNode) -> str:
    text: str = node.value
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise Unreadable(node.start_mark.line + 1, "half of a surrogate pair is no text")
    return text
