"""For which connections a block of steps is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def fits(block: dict[str, Any], number: int) -> bool:
    """Whether the block is for the nth connection, from 1."""
    match block["match"]:
        case "first":
            return number == 1
        case "later":
            return number > 1
        case "nth":
            return number == block.get("nth")
        case "range":
            return bool(block.get("from", 1) <= number <= block.get("to", number))
    return True


def chosen(blocks: Sequence[dict[str, Any]], number: int) -> int | None:
    """The place of the first that fits; None for the default dialogue."""
    return next((at for at, block in enumerate(blocks) if fits(block, number)), None)


def numbers(blocks: Sequence[dict[str, Any]]) -> list[int]:
    """The connections to look at when all that can differ is to be seen."""
    named = {block[key] for block in blocks for key in ("nth", "from", "to") if key in block}
    return sorted({1, 2, 3} | named | {number + 1 for number in named})
