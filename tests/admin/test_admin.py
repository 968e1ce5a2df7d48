"""The admin: every table to look at and search, people to change, and nobody else let in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import AuditRecord, Person, Session, SignInAttempts
from accounts.services.people import suspend_person
from core.models import IdempotencyRecord, OutgoingMail
from tests import cast
from tests.admin.browsers import APPS, browser_of
from tests.cast import PASSWORD, Rest, Who

pytestmark = pytest.mark.django_db
MODELS = [model for model in apps.get_models() if model._meta.app_label in APPS]


def address(model: Any, page: str, *arguments: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


@pytest.fixture
def root() -> Who:
    return cast.staff(is_superuser=True)


@pytest.fixture
def browser(root: Who) -> Client:
    return browser_of(root)


def talk_and_report(ann: Who, carl: Who, image: Any) -> None:
    """A conversation that staff may read, and a wish."""
    from accounts.models import Report
    from messaging.models import MessageImage
    from messaging.services import start_conversation
    from notifications.models import Preference, StreamTicket

    suspend_person(person_id=cast.homeowner().id, reason="Spam.", by=cast.staff().actor)
    StreamTicket.objects.create(digest=ann.id.bytes * 2, person_id=ann.id, expires_at=image.created_at)
    Preference.objects.create(person_id=carl.id, type="job.posted", email=False)
    talk, _ = start_conversation(user_id=carl.id, text="Hello.", by=ann.actor)
    message = talk.messages.get()
    MessageImage.objects.create(message=message, image=image, position=0)
    Report.objects.create(reporter_id=carl.id, target_type="message", target_id=message.pk, reason="spam")
    send_something(carl)


def send_something(carl: Who) -> None:
    """An endpoint, a delivery, an attempt."""
    from webhooks.models import Attempt, Delivery, Endpoint

    hook = Endpoint.objects.create(
        person_id=carl.id, url="https://example.org/", events=["*"], secret=b"x", after_position=0
    )
    sent = Delivery.objects.create(endpoint=hook, event_id="evt_1", event_type="job.posted", resource_id=carl.id)
    Attempt.objects.create(delivery=sent, number=1, latency_ms=5, started_at=carl.person.created_at)


def live(times: int) -> None:
    """So many lives: some rows of everything, by the operations."""
    from accounts.models import Image, Report
    from bids.services import submit_bid
    from contractors.models import Document, DocumentWarning, PortfolioImage, PortfolioItem
    from events.models import ReactorPosition
    from jobs.models import JobImage
    from jobs.services import review_contractor, save_search
    from notifications.models import Notification

    for number in range(times):
        ann, carl = cast.homeowner(), cast.contractor()
        job = cast.job_of(ann)
        submit_bid(job_id=job.pk, amount=100, message="I can.", by=carl.actor)
        image = Image.objects.create(
            owner_id=ann.id, filename="tap.jpg", mimetype="image/webp", width=1, height=1, size=1,
            key=f"k{ann.id}", thumbnail_key=f"t{ann.id}", sha256="0" * 64,
        )  # fmt: skip
        JobImage.objects.create(job=job, image=image, position=0)
        work = PortfolioItem.objects.create(contractor_id=carl.id, title="A wall")
        PortfolioImage.objects.create(item=work, image=image, position=0)
        paper = Document.objects.create(
            contractor_id=carl.id, kind="licence", filename="a.pdf", size=1, key=f"d{carl.id}"
        )
        DocumentWarning.objects.create(document=paper, days=7)
        done = cast.moved(cast.assigned(ann, carl), "in_progress", "completed", by=ann)
        review_contractor(job_id=done.pk, rating=5, comment="Good.", by=ann.actor)
        save_search(name="Mine", by=carl.actor)
        Notification.objects.create(
            person_id=carl.id, event_id=job.pk, type="job.posted", title="A job", body="A job", url="/jobs",
            resource_type="job", resource_id=job.pk,
        )  # fmt: skip
        ReactorPosition.objects.create(name=str(carl.id))
        carl.with_key("jobs:read")
        talk_and_report(ann, carl, image)
        Report.objects.create(reporter_id=ann.id, target_type="user", target_id=carl.id, reason="spam")
        _ = ann.access_token
        now = job.created_at
        OutgoingMail.objects.create(kind="hello", person_id=ann.id, created_at=now, next_attempt_at=now)
        IdempotencyRecord.objects.create(
            person_id=ann.id,
            route="POST",
            key=str(number),
            fingerprint=b"x",
            status=201,
            headers={},
            body=b"",
            created_at=now,
        )
        SignInAttempts.objects.create(key=ann.id.bytes * 2, count=1)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_table_is_there(model: Any) -> None:
    assert admin.site.is_registered(model)


def test_every_list_can_be_searched_and_no_page_shows_a_secret(browser: Client) -> None:
    live(1)
    for model in MODELS:
        assert browser.get(address(model, "changelist"), {"q": "a"}).status_code == 200
        if admin.site._registry[model].list_display_links is None:
            continue
        rows = model._default_manager.all()[:3]
        assert rows, f"no {model.__name__} to look at"
        for row in rows:
            page = browser.get(address(model, "change", row.pk)).content.decode()
            for secret in ("argon2", "digest", "fingerprint"):
                assert secret not in page.replace("hash-digest", ""), (model, secret)


@pytest.mark.parametrize("make", [cast.homeowner, cast.contractor], ids=["homeowner", "contractor"])
def test_nobody_but_staff_gets_in(make: Callable[[], Who]) -> None:
    for client in (Client(), browser_of(make())):
        answer = client.get("/admin/")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")


def test_staff_without_rights_see_nothing() -> None:
    client = browser_of(cast.staff())
    assert client.get("/admin/").status_code == 200
    for model in MODELS:
        assert client.get(address(model, "changelist")).status_code == 403


class TestSigningIn:
    """By address and password, with the same pause as elsewhere."""

    @pytest.fixture
    def robin(self) -> Person:
        return Person.objects.create_superuser("robin@example.org", PASSWORD, name="Robin")

    def sign_in(self, **given: str) -> Any:
        return Client().post(
            "/admin/login/?next=/admin/", {"username": "Robin@Example.org", "password": PASSWORD, **given}
        )

    def test_the_address_may_be_spelled_in_capitals(self, robin: Person) -> None:
        assert self.sign_in()["Location"] == "/admin/"

    def test_the_suspended_stay_out(self, robin: Person) -> None:
        Person.objects.update(suspended_at=robin.created_at)
        assert self.sign_in().status_code == 200

    def test_after_ten_tries_there_is_a_pause(self, robin: Person) -> None:
        for _ in range(10):
            assert b"Please enter the correct email" in self.sign_in(password="guess").content
        assert b"Too many sign-ins have failed" in self.sign_in().content
        assert SignInAttempts.objects.get().locked_until is not None


class TestPeople:
    """Staff change people by the operations that are there for it."""

    def act(self, browser: Client, action: str, who: Who) -> Any:
        return browser.post(
            address(Person, "changelist"),
            {"action": action, "reason": "Spam.", "_selected_action": [str(who.id)]},
            follow=True,
        )

    def test_suspending_hides_their_jobs_and_restoring_shows_them(self, browser: Client, rest: Rest) -> None:
        ann = cast.homeowner()
        job = cast.job_of(ann)
        assert b"Suspended: " in self.act(browser, "suspend", ann).content
        assert rest.get(f"jobs/{job.pk}").status_code == 404
        assert rest.get("users/me", by=ann).status_code == 401
        assert b"Restored: " in self.act(browser, "restore", ann).content
        assert rest.get(f"jobs/{job.pk}").status_code == 200

    def form(self, who: Who, **changed: Any) -> dict[str, Any]:
        person = who.person
        inlines = {
            f"{name}-{part}": "0" for name in ("sessions", "api_keys") for part in ("TOTAL_FORMS", "INITIAL_FORMS")
        }
        return {"email": person.email, "name": person.name, "role": person.role, **inlines, **changed}

    def test_another_address_has_to_be_confirmed_again(self, browser: Client) -> None:
        ann = cast.homeowner()
        answer = browser.post(address(Person, "change", ann.id), self.form(ann, email="new@example.org"))
        assert answer.status_code == 302, answer.content.decode()
        person = ann.person
        assert (person.email, person.email_verified_at) == ("new@example.org", None)

    def test_a_superuser_makes_somebody_staff_and_their_sessions_end(self, browser: Client) -> None:
        ann = cast.homeowner()
        _ = ann.access_token
        assert browser.post(address(Person, "change", ann.id), self.form(ann, role="staff")).status_code == 302
        assert ann.person.is_staff
        assert Session.objects.get(person=ann.id).ended_because == "role_changed"

    def test_groups_are_given_by_superusers_and_written_down(self, browser: Client) -> None:
        from django.contrib.auth.models import Group

        group, sam = Group.objects.create(name="helpers"), cast.staff()
        answer = browser.post(address(Person, "change", sam.id), self.form(sam, groups=[group.pk]))
        assert answer.status_code == 302
        assert list(sam.person.groups.all()) == [group]
        row = AuditRecord.objects.get()
        assert (row.act, row.target_id, row.reason.words) == ("person.rights_given", str(sam.id), "groups: helpers")

    def test_other_staff_cannot_raise_themselves(self) -> None:
        from django.contrib.auth.models import Permission

        sam = cast.staff()
        sam.person.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
        answer = browser_of(sam).post(
            address(Person, "change", sam.id), self.form(sam, is_superuser="on", role="staff", name="Samuel")
        )
        assert answer.status_code == 302
        assert (sam.person.name, sam.person.is_superuser) == ("Samuel", False)

    def test_a_new_password_ends_all_sessions(self, browser: Client) -> None:
        ann = cast.homeowner()
        _ = ann.access_token
        answer = browser.post(
            reverse("admin:auth_user_password_change", args=[ann.id]),
            {"password1": "a new long walk", "password2": "a new long walk"},
        )
        assert answer.status_code == 302, answer.content.decode()
        assert ann.person.check_password("a new long walk")
        assert Session.objects.get(person=ann.id).ended_at is not None
        acts = AuditRecord.objects.order_by("number").values_list("act", flat=True)
        assert list(acts) == ["person.signed_out", "person.password_set"]

    def test_a_new_member_of_staff_may_do_nothing_yet(self, browser: Client) -> None:
        form = {
            "email": "Kim@Example.org",
            "name": "Kim",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
        }
        answer = browser.post(address(Person, "add"), form)
        assert answer.status_code == 302, answer.content.decode()
        kim = Person.objects.get(email="kim@example.org")
        assert (kim.is_staff, kim.is_superuser, kim.check_password(PASSWORD)) == (True, False, True)

    def test_nobody_is_deleted_here(self, browser: Client) -> None:
        ann = cast.homeowner()
        assert browser.post(address(Person, "delete", ann.id), {"post": "yes"}).status_code == 403
        assert Person.objects.filter(pk=ann.id).exists()


def test_a_superuser_is_made_on_the_command_line() -> None:
    from django.core.management import call_command

    call_command("createsuperuser", email="root@example.org", name="Root", interactive=False)
    person = Person.objects.get(email="root@example.org")
    assert (person.is_staff, person.is_superuser) == (True, True)
