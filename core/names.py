"""snake_case inside, camelCase outside."""

from functools import cache


@cache
def camel_case(name: str) -> str:
    """`created_at` → `createdAt`."""
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)
