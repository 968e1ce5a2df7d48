"""What happens to a person and to jobs that they watch, and what they missed of it."""

import json
from typing import Any

import httpx
import pytest

from tests.faults.people import make_job, make_people
from tests.harness.site import Site
from tests.messaging.sockets.talking import clients, make_bids_by_rest, message


class TestWhatHappens:
    def test_bids_jobs_and_notifications_come_by_their_names(self, running: Site) -> None:
        (ann,), (carl, dora) = make_people(running, "homeowner", 1), make_people(running, "contractor", 2)
        job = make_job(running, ann)
        anns, carls, doras = clients(running, ann, carl, dora)
        assert doras.ask("job:watch", str(job))["data"] == {"jobId": str(job)}
        (bid,) = make_bids_by_rest(running, job, carl)
        event = anns.wait_for("bid:received")
        assert (event["type"], event["data"]["id"], event["data"]["amount"]) == ("bid.created", bid, 100)
        assert anns.wait_for("notification")["data"]["type"] == "bid.created"
        url = f"{running.urls[0]}/api/v2/jobs/{job}/bids/{bid}/accept"
        httpx.post(url, headers=ann.headers).raise_for_status()
        for one in (anns, carls, doras):
            changed = one.wait(lambda frame: frame.get("type") == "job.assigned")
            assert (changed["event"], changed["data"]["id"]) == ("job:updated", str(job))
        assert carls.wait_for("conversation:created")["type"] == "conversation.created"
        assert carls.wait_for("bid.accepted")["data"]["id"] == bid
        assert [frame for frame in doras.frames if frame["event"].startswith("bid")] == []
        assert "address" not in json.dumps(doras.wait_for("job:updated")["data"].get("location"))

    def test_a_job_that_may_not_be_seen_cannot_be_watched(self, running: Site) -> None:
        (ann,), (carl,) = make_people(running, "homeowner", 1), make_people(running, "contractor", 1)
        draft = {"title": "Mend a tap", "description": "It drips.", "category": "plumbing", "budget": 100,
                 "location": {"lat": 51.5, "lng": -0.14}, "status": "draft"}  # fmt: skip
        answer = httpx.post(f"{running.urls[0]}/api/v2/jobs", json=draft, headers=ann.headers)
        assert answer.status_code == 201, answer.text
        made = answer.json()["data"]["id"]
        (carls,) = clients(running, carl)
        assert carls.ask("job:watch", made)["data"]["code"] == "not_found"


class TestResuming:
    def test_everything_since_in_order_and_once(self, running: Site, pair: Any) -> None:
        ann, carl, talk = pair
        anns, carls = clients(running, ann, carl)
        cursor = carls.wait_for("connected")["data"]["cursor"]
        carls.close()
        for number in range(30):
            anns.ask("message:send", message(talk, f"{number}"))
        (again,) = clients(running, carl)
        again.send("resume", {"after": cursor})
        done = again.wait_for("resumed")
        assert done["data"]["cursor"] >= again.all_of("message:received")[-1]["id"]
        anns.ask("message:send", message(talk, "30"))
        again.wait(lambda frame: frame["event"] == "message:received" and frame["data"]["text"] == "30")
        begun = next(n for n, frame in enumerate(again.frames) if frame["event"] == "resuming")
        texts = [f["data"]["text"] for f in again.frames[begun:] if f["event"] == "message:received"]
        assert texts == [str(number) for number in range(31)]
        ids = [frame["id"] for frame in again.frames[begun:] if "id" in frame]
        assert ids == sorted(set(ids))

    @pytest.mark.parametrize("after", ["x", "evt_ffffffffffffffff", "evt_7fffffffffffffff"])
    def test_a_senseless_cursor_is_refused(self, running: Site, after: str) -> None:
        (ann,) = make_people(running, "homeowner", 1)
        (anns,) = clients(running, ann)
        assert anns.ask("resume", {"after": after})["data"]["code"] == "invalid_cursor"

    def test_one_that_breaks_off_closes_the_socket(self, running: Site, pair: Any) -> None:
        ann, carl, talk = pair
        anns, carls = clients(running, ann, carl)
        cursor = carls.wait_for("connected")["data"]["cursor"]
        anns.ask("message:send", message(talk, "Missed."))
        running.sql("ALTER TABLE events_recordedevent RENAME COLUMN seen_by TO seen_by_nobody")
        try:
            carls.send("resume", {"after": cursor}, ref=1)
            assert carls.wait_closed() == 1013
        finally:
            running.sql("ALTER TABLE events_recordedevent RENAME COLUMN seen_by_nobody TO seen_by")
        (again,) = clients(running, carl)
        again.send("resume", {"after": cursor})
        again.wait_for("resumed")
        assert [frame["data"]["text"] for frame in again.all_of("message:received")] == ["Missed."]

    def test_a_job_is_watched_after_a_resume_and_not_after_unwatching(self, running: Site) -> None:
        (ann,), (carl,) = make_people(running, "homeowner", 1), make_people(running, "contractor", 1)
        jobs = [str(make_job(running, ann)) for _ in range(2)]
        (carls,) = clients(running, carl)
        for job in jobs:
            carls.ask("job:watch", job)
        carls.ask("job:unwatch", jobs[0])
        carls.ask("resume", {"after": carls.wait_for("connected")["data"]["cursor"]})
        for job in jobs:
            change = {"title": "Something else"}
            answer = httpx.patch(f"{running.urls[0]}/api/v2/jobs/{job}", json=change, headers=ann.headers)
            assert answer.status_code == 200, answer.text
        carls.wait(lambda frame: frame["event"] == "job:updated" and frame["data"]["id"] == jobs[1])
        assert {frame["data"]["id"] for frame in carls.all_of("job:updated")} == {jobs[1]}
