"""The four doors of an operation, asked by somebody, and what is seen of it; then it has not happened."""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import Mock, patch

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts import sockets
from accounts.forms import InputForm
from accounts.pages import FormPage, Page
from accounts.passes import credentials_of
from core.errors import Refusal
from messaging import consumers, posting
from tests import cast
from tests.authz.test_matrix import Undone
from tests.authz.world import World, request_for
from tests.cast import Rest, Who
from tests.graphql.asking import ask, send_form

Made = Callable[[World, str], Any]


@dataclass(frozen=True)
class Frame:
    """A frame of `/ws`: its event and data. `records`: whether it does what the other doors do, or is only allowed to
    the same people. `not_by` are those who may not even open a socket: strangers, and keys that may not read events."""

    event: str
    data: Made
    records: bool = True
    not_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """A page's form: the name of its address, what stands in the address, what is sent. `not_by` are principals to whom
    this page offers something else instead."""

    name: str
    fields: Made = lambda w, p: {}
    at: Made = lambda w, p: []
    not_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operation:
    """One operation and its doors. `body` replaces what world.py sends to REST."""

    route: str
    method: str
    document: str
    variables: Made
    body: Any = None
    query: str = ""
    frames: tuple[Frame, ...] = ()
    form: Form | None = None
    not_by: tuple[str, ...] = ()  # whom the doors answer differently, and are meant to


@dataclass(frozen=True)
class Seen:
    """What came of it: `done` or the code of the refusal, the events, and what was shown."""

    outcome: str
    events: tuple[str, ...]
    shown: Any = field(default=None, compare=False)


def undone(act: Callable[[], tuple[str, Any]]) -> Seen:
    """What came of it; then it has not happened."""
    before = len(cast.events_since())
    try:
        with transaction.atomic():
            outcome, shown = act()
            events = tuple(cast.events_since(before))
            raise Undone
    except Undone:
        return Seen(outcome, events, shown)


def by_rest(rest: Rest, world: World, principal: str, one: Operation) -> Seen:
    address, body = request_for(world, principal, one.route, one.method)
    body = one.body(world, principal) if callable(one.body) else body if one.body is None else one.body
    who = world.people[principal]

    def act() -> tuple[str, Any]:
        if isinstance(body, dict) and "file" in body:
            answer = rest.upload(**body, by=who, path=address)
        else:
            answer = rest.ask(one.method, address + one.query, body, by=who)
        if answer.status_code >= 400:
            return answer.json()["code"], None
        return "done", answer.json() if answer.content else None

    return undone(act)


def by_graphql(world: World, principal: str, one: Operation) -> Seen:
    variables, who = one.variables(world, principal), world.people[principal]

    def act() -> tuple[str, Any]:
        if "file" in variables:
            answer = send_form(one.document, variables["file"], by=who).json()
        else:
            answer = ask(one.document, by=who, **variables).json()
        errors = answer.get("errors", ())
        for error in errors:
            assert error["extensions"]["code"] != "INTERNAL", error
        return errors[0]["extensions"]["reason"] if errors else "done", answer.get("data")

    return undone(act)


# --- Frames ----------------------------------------------------------------------------------------------------------


def by_frame(world: World, principal: str, frame: Frame) -> Seen:
    """By the consumer's own method, in this thread and its transaction."""
    data, who = frame.data(world, principal), world.people[principal]

    def act() -> tuple[str, Any]:
        try:
            return "done", _run(_obeyed(frame.event, data, who))
        except Refusal as refusal:
            return refusal.code, None

    with _in_this_thread():
        return undone(act)


def _run(steps: Coroutine[Any, Any, Any]) -> Any:
    """All of it at once: nothing in it waits. In a loop it would have another connection."""
    try:
        steps.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits for something")


async def _obeyed(event: str, data: Any, who: Who) -> Any:
    headers = [(name.encode(), value.encode()) for name, value in who.headers.items()]
    credentials = credentials_of({"headers": headers})
    chat = consumers.Chat()
    chat.say = chat.deliver = Mock()
    if credentials is not None:
        chat.pass_ = credentials.check()
        chat.actor = chat.pass_.actor
        chat.viewer = chat.actor.viewer
    else:
        chat.shut = Mock(side_effect=lambda code, reason: _raise(reason))
    await chat.obey(chat.commands[event], data, "r")
    return chat.say.call_args.args[1]


def _raise(code: str) -> None:
    refusal = Refusal()
    refusal.code = code
    raise refusal


@contextmanager
def _in_this_thread() -> Iterator[None]:
    def in_thread(function: Any) -> Any:
        async def run(*given: Any, **named: Any) -> Any:
            return function(*given, **named)

        return run

    async def put(letter: Any) -> Any:
        (outcome,), _ = posting._save([letter])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    with (
        patch.object(consumers, "asyncio", Mock(**{"get_running_loop.return_value.time.return_value": 0.0})),
        patch.object(consumers, "in_thread", in_thread),
        patch.object(sockets, "in_thread", in_thread),
        patch.object(consumers, "post", lambda: Mock(put=put)),
        patch.object(consumers, "typists", Mock),
        patch.object(consumers, "hub", Mock),
    ):
        yield


# --- Pages -----------------------------------------------------------------------------------------------------------


def by_page(world: World, principal: str, form: Form, cookies: dict[str, str]) -> Seen:
    """By the form of a page, in a browser that is signed in by its cookie."""
    client = Client(raise_request_exception=False)
    if principal in cookies:
        client.cookies[settings.SESSION_COOKIE_NAME] = cookies[principal]
    address, fields = reverse(form.name, args=form.at(world, principal)), form.fields(world, principal)

    def act() -> tuple[str, Any]:
        with _refusals() as refused:
            answer = client.post(address, fields)
        assert answer.status_code < 500, answer.status_code
        assert refused or answer.status_code < 400, answer.status_code
        return refused[0] if refused else "done", None

    return undone(act)


def of_a_page(known: Seen) -> Seen:
    """What REST has answered, as a page does: whose session has ended is asked to sign in, like any stranger."""
    return Seen("not_authenticated", known.events) if known.outcome == "session_ended" else known


def cookies_of(world: World) -> dict[str, str]:
    """A page's session for everybody who may have one."""
    found = {}
    for principal, who in world.people.items():
        if who.id is not None and not who.key:
            client = Client()
            client.force_login(who.person)
            found[principal] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return found


@contextmanager
def _refusals() -> Iterator[list[str]]:
    """The codes of what pages refuse: they show people sentences."""
    found: list[str] = []
    refuse_page, refuse_form, show_form = Page.refuse, InputForm.refuse, FormPage.show_form

    def of_page(self: Any, refusal: Refusal) -> Any:
        found.append(refusal.code)
        return refuse_page(self, refusal)

    def of_form(self: Any, refusal: Refusal) -> None:
        found.append(refusal.code)
        refuse_form(self, refusal)

    def shown(self: Any, form: Any, *, status: int = 200) -> Any:
        if status >= 400:
            found.append("validation_failed")
        return show_form(self, form, status=status)

    with (
        patch.object(Page, "refuse", of_page),
        patch.object(InputForm, "refuse", of_form),
        patch.object(FormPage, "show_form", shown),
    ):
        yield found
