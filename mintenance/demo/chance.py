"""Chance that comes out the same again: one generator for a data set, and the ids that it makes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from uuid import UUID

_FIRST_ID = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)  # milliseconds; before whatever is made later


class Chance(Random):
    """A seeded generator. `new_id` gives ids of version 7 that ascend, and lie before those of today."""

    def __init__(self, size: str, seed: int) -> None:
        super().__init__(f"mintenance {size} {seed}")
        self._made = 0

    def new_id(self) -> UUID:
        """The next id (RFC 9562, section 5.7): a counter where the time stands, then random bits."""
        self._made += 1
        bits = (_FIRST_ID + self._made) << 80 | 0x7 << 76 | self.getrandbits(12) << 64
        return UUID(int=bits | 0b10 << 62 | self.getrandbits(62))

    def one_of[T](self, among: Sequence[T], weights: Sequence[float]) -> T:
        """One of these, by weight."""
        return self.choices(among, weights)[0]

    def pounds(self, low: float, high: float, step: int = 5) -> Decimal:
        """An amount between the two, as people name it: a multiple of `step`, at least 50."""
        return Decimal(max(50, round(self.uniform(low, high) / step) * step))
