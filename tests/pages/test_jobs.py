"""Posting a job, bidding on it, choosing, working, reviewing: on pages."""

import io
import re

import pytest
from PIL import Image

from bids.models import Bid
from contractors.models import Contractor
from jobs.models import Job, Review
from tests.cast import Who, assigned, bid_of, job_of, moved, nothing_changes
from tests.pages.people import browser_of, page, send

pytestmark = pytest.mark.django_db

FIELDS = {
    "title": "Mend a dripping tap",
    "category": "plumbing",
    "description": "It drips.",
    "budget": "120.50",
    "address": "1 The Mall",
    "lat": "51.501364",
    "lng": "-0.14189",
}


def picture() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(file, "PNG")
    file.seek(0)
    file.name = "tap.png"
    return file


def test_a_job_is_posted_with_its_pictures(ann: Who) -> None:
    shown = send(browser_of(ann), "/jobs/new", **FIELDS, pictures=picture())
    assert "Your job is posted." in shown
    job = Job.objects.get()
    assert (job.status, job.pictures.count()) == ("posted", 1)
    assert f"/media/images/{job.pictures.get().image_id}" in shown


def test_the_same_form_twice_posts_one_job(ann: Who) -> None:
    client = browser_of(ann)
    token = re.findall(r'name="once" value="([0-9a-f]{32})"', page(client, "/jobs/new"))[0]
    first, second = (client.post("/jobs/new", {**FIELDS, "once": token}) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"] == f"/jobs/{Job.objects.get().pk}"
    other = client.post("/jobs/new", {**FIELDS, "once": token, "title": "Mend another tap"})
    assert other["Location"] != first["Location"]
    assert Job.objects.count() == 2


def test_a_form_that_was_wrong_is_sent_again_as_the_same(ann: Who) -> None:
    client = browser_of(ann)
    wrong = client.post("/jobs/new", {**FIELDS, "budget": "1", "once": "ab" * 16})
    assert wrong.status_code == 400
    assert f'name="once" value="{"ab" * 16}"' in wrong.text
    for _ in range(2):
        client.post("/jobs/new", {**FIELDS, "once": "ab" * 16})
    assert Job.objects.count() == 1


def test_a_job_is_kept_as_a_draft(ann: Who) -> None:
    assert "Saved as a draft." in send(browser_of(ann), "/jobs/new", **FIELDS, draft="yes")
    assert Job.objects.get().status == "draft"


def test_what_is_wrong_is_said_and_nothing_is_written(ann: Who) -> None:
    client = browser_of(ann)
    answer = client.post("/jobs/new", {**FIELDS, "title": "Tap", "scheduled_date": "2020-01-01T10:00"})
    assert answer.status_code == 400
    answer = client.post("/jobs/new", {**FIELDS, "scheduled_date": "2020-01-01T10:00"})
    assert "The date must be in the future." in answer.text
    assert "Mend a dripping tap" in answer.text
    assert not Job.objects.exists()


def test_a_file_that_is_no_picture_is_refused_beside_its_field(ann: Who) -> None:
    file = io.BytesIO(b"no picture at all")
    file.name = "notes.png"
    answer = browser_of(ann).post("/jobs/new", {**FIELDS, "pictures": file})
    assert answer.status_code == 400
    assert "notes.png" in answer.text
    assert not Job.objects.exists()


def test_a_job_is_changed_and_keeps_its_pictures(ann: Who) -> None:
    client = browser_of(ann)
    send(client, "/jobs/new", **FIELDS, pictures=picture())
    job = Job.objects.get()
    image = str(job.pictures.get().image_id)
    shown = page(client, f"/jobs/{job.pk}/edit")
    assert image in shown
    assert 'value="Mend a dripping tap"' in shown
    send(client, f"/jobs/{job.pk}/edit", **{**FIELDS, "title": "Mend two dripping taps"}, images=image)
    job.refresh_from_db()
    assert (job.title, job.address, job.pictures.count()) == ("Mend two dripping taps", "1 The Mall", 1)


def test_others_do_not_change_it(ann: Who, bob: Who) -> None:
    job, client = job_of(ann), browser_of(bob)
    with nothing_changes():
        assert client.get(f"/jobs/{job.pk}/edit").status_code == 403
        client.post(f"/jobs/{job.pk}/edit", {**FIELDS, "title": "Something else"})
        client.post(f"/jobs/{job.pk}/move", {"status": "cancelled"})


def test_a_contractor_bids_changes_and_withdraws(ann: Who, carl: Who) -> None:
    job, client = job_of(ann), browser_of(carl)
    address = f"/jobs/{job.pk}"
    assert "Your bid is with the owner." in send(client, address, amount="99.90", message="On Monday.")
    assert "Your bid is changed." in send(client, address, amount="95", message="On Monday.", estimated_days="2")
    bid = Bid.objects.get()
    assert (str(bid.amount), bid.estimated_days) == ("95.00", 2)
    assert "Your bid is withdrawn." in send(client, f"{address}/bids/{bid.pk}/withdraw")
    assert Bid.objects.get().status == "withdrawn"


def test_a_bid_that_makes_no_sense_stays_in_the_form(ann: Who, carl: Who) -> None:
    job = job_of(ann)
    answer = browser_of(carl).post(f"/jobs/{job.pk}", {"amount": "0", "message": "Free of charge"})
    assert answer.status_code == 400
    assert "Free of charge" in answer.text
    assert not Bid.objects.exists()


def test_a_homeowner_does_not_bid(ann: Who, bob: Who) -> None:
    job, client = job_of(ann), browser_of(bob)
    with nothing_changes():
        client.post(f"/jobs/{job.pk}", {"amount": "90", "message": "Me"})


def test_the_owner_is_asked_and_accepts(ann: Who, carl: Who, dora: Who) -> None:
    job = job_of(ann)
    chosen, other = bid_of(carl, job, amount=90), bid_of(dora, job, amount=110)
    client = browser_of(ann)
    assert "Lowest" in page(client, f"/jobs/{job.pk}")
    address = f"/jobs/{job.pk}/bids/{chosen.pk}/accept"
    assert "Accept this bid?" in page(client, address)
    assert Bid.objects.get(pk=chosen.pk).status == "pending"
    assert "The job is awarded." in send(client, address)
    assert Bid.objects.get(pk=chosen.pk).status == "accepted"
    assert Bid.objects.get(pk=other.pk).status == "rejected"


def test_a_refusal_is_a_message_above_the_job(ann: Who, carl: Who, dora: Who) -> None:
    job = job_of(ann)
    chosen, other = bid_of(carl, job), bid_of(dora, job)
    client = browser_of(ann)
    send(client, f"/jobs/{job.pk}/bids/{chosen.pk}/accept")
    shown = send(client, f"/jobs/{job.pk}/bids/{other.pk}/accept")
    assert 'class="message error"' in shown
    assert Bid.objects.get(pk=other.pk).status == "rejected"


def test_nobody_else_accepts(ann: Who, bob: Who, carl: Who) -> None:
    job = job_of(ann)
    bid = bid_of(carl, job)
    clients = [browser_of(bob), browser_of(carl)]
    with nothing_changes():
        for client in clients:
            client.post(f"/jobs/{job.pk}/bids/{bid.pk}/accept")


def test_the_owner_turns_a_bid_down_with_a_reason(ann: Who, carl: Who) -> None:
    job = job_of(ann)
    bid = bid_of(carl, job)
    send(browser_of(ann), f"/jobs/{job.pk}/bids/{bid.pk}/reject", reason="Too dear")
    assert Bid.objects.get().rejection_reason == "Too dear"
    assert "Too dear" in page(browser_of(carl), f"/jobs/{job.pk}")


def test_work_begins_is_done_and_is_reviewed(ann: Who, carl: Who) -> None:
    job = assigned(ann, carl)
    address, owner, worker = f"/jobs/{job.pk}", browser_of(ann), browser_of(carl)
    assert "Begin the work" in page(worker, address)
    send(worker, f"{address}/move", status="in_progress")
    assert "We have asked the owner" in send(worker, f"{address}/done")
    assert "Please look at it and confirm" in page(owner, address)
    send(owner, f"{address}/move", status="completed")
    assert Job.objects.get().status == "completed"
    assert "Your review is published." in send(owner, f"{address}/review", rating="5", comment="Quick and clean.")
    review = Review.objects.get()
    send(worker, f"/reviews/{review.pk}/reply", reply="Gladly.")
    shown = page(worker, f"/contractors/{carl.id}")
    assert "Quick and clean." in shown
    assert "Gladly." in shown


def test_ending_agreed_work_needs_a_reason(ann: Who, carl: Who) -> None:
    job = assigned(ann, carl)
    client = browser_of(ann)
    assert 'class="message error"' in send(client, f"/jobs/{job.pk}/move", status="cancelled")
    assert Job.objects.get().status == "assigned"
    send(client, f"/jobs/{job.pk}/move", status="cancelled", reason="We are moving")
    shown = page(client, f"/jobs/{job.pk}")
    assert Job.objects.get().status == "cancelled"
    assert "We are moving" in shown


def test_a_draft_is_thrown_away(ann: Who) -> None:
    job = job_of(ann, status="draft")
    assert "The draft is gone." in send(browser_of(ann), f"/jobs/{job.pk}/delete")
    assert not Job.objects.exists()


def test_a_second_review_is_refused(ann: Who, carl: Who) -> None:
    job = moved(assigned(ann, carl), "in_progress", "completed", by=ann)
    for status in (302, 409):
        answer = browser_of(ann).post(f"/jobs/{job.pk}/review", {"rating": "4", "comment": "Fine"})
        assert answer.status_code == status
    assert Review.objects.count() == 1


def test_a_contractor_changes_their_profile(carl: Who) -> None:
    fields = {"business_name": "Carter & Daughter", "skills": "taps, pipes", "lat": "51.5", "lng": "-0.1"}
    shown = send(browser_of(carl), "/settings/profile", **fields, max_concurrent_jobs="4", bio="")
    assert "Your profile is saved." in shown
    profile = Contractor.objects.get(pk=carl.id)
    assert (profile.business_name, profile.skills) == ("Carter & Daughter", ["taps", "pipes"])
    half = browser_of(carl).post("/settings/profile", {**fields, "lng": "", "max_concurrent_jobs": "4"})
    assert half.status_code == 400
