"""A sequence as it is without one of its items, and nothing copied."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeVar, overload

Item = TypeVar("Item")


class AllBut(Sequence[Item]):
    """All of `whole` but the item at that position (None: all of it)."""

    __slots__ = ("_left_out", "_whole")

    def __init__(self, whole: Sequence[Item], left_out: int | None) -> None:
        self._whole = whole
        self._left_out = len(whole) if left_out is None else left_out

    def __len__(self) -> int:
        return len(self._whole) - (self._left_out < len(self._whole))

    def __iter__(self) -> Iterator[Item]:
        yield from islice(self._whole, self._left_out)
        yield from islice(self._whole, self._left_out + 1, None)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | Sequence[Item]:
        if isinstance(index, slice):
            return list(self)[index]
        position = range(len(self))[index]
        return self._whole[position + (position >= self._left_out)]
