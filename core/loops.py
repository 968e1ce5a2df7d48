"""One of something for each event loop, made when it is first asked for."""

import asyncio
from collections.abc import Callable


def one_each[T](make: Callable[[], T]) -> Callable[[], T]:
    """A function that answers the running loop's own, which `make` makes inside the loop.

    `its.all` has those of all loops that are open.
    """
    made: dict[asyncio.AbstractEventLoop, T] = {}

    def its() -> T:
        loop = asyncio.get_running_loop()
        if loop not in made:
            for gone in [one for one in made if one.is_closed()]:
                del made[gone]
            made[loop] = make()
        return made[loop]

    its.all = made  # type: ignore[attr-defined]
    return its
