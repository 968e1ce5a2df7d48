"""Files that come with a document: the GraphQL multipart request specification.

A form is what any site can make a browser send, cookies and all. So one without a token or key of its own has to carry
a header that only a page of ours, or one that asked first, can have set.
"""

from typing import Any

from django.http import HttpRequest

from accounts.authentication import demand_csrf_token
from core.errors import BadInput
from core.parsers import read_json

_MOST_FILES = 4


def read_upload(request: HttpRequest, wrapped: Any) -> Any:
    """`operations` with the form's files put where `map` says. Raises BadInput, CsrfFailed."""
    if "HTTP_AUTHORIZATION" not in request.META and request.headers.get("GraphQL-Preflight") != "1":
        demand_csrf_token(request)
    form = wrapped.data
    operations, places = _part(form, "operations"), _part(form, "map")
    if not isinstance(operations, dict) or not isinstance(places, dict):
        raise BadInput("`operations` and `map` are objects; requests are not batched.")
    files = {name: form.getlist(name) for name in wrapped.FILES}
    if set(files) != set(places) or len(files) > _MOST_FILES or any(len(found) != 1 for found in files.values()):
        raise BadInput(f"`map` names each file of the form once; {_MOST_FILES} at most.")
    for name, paths in places.items():
        if not isinstance(paths, list) or len(paths) != 1 or not isinstance(paths[0], str):
            raise BadInput("Each file stands for one variable.")
        _put(operations, paths[0].split("."), files[name][0])
    return operations


def _part(form: Any, name: str) -> Any:
    given = form.getlist(name)
    if len(given) != 1 or not isinstance(given[0], str):
        raise BadInput(f"The form needs one part {name}, before its files.")
    return read_json(given[0].encode())


def _put(operations: dict[str, Any], path: list[str], file: Any) -> None:
    """In the place of a null, as the specification has it."""
    place: Any = operations
    for step in path[:-1]:
        place = place.get(step) if isinstance(place, dict) else None
    if path[0] != "variables" or not isinstance(place, dict) or place.get(path[-1], 0) is not None:
        raise BadInput("`map` names variables that are null in `operations`.")
    place[path[-1]] = file
