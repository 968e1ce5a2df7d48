"""Which deliveries are claimed, for how long, in which order, and how many at a time."""

import queue
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from events import publishing
from events.models import RecordedEvent
from tests import cast
from tests.cast import Rest, Who
from tests.webhooks.conftest import Receiver, Send, listen, make_due
from webhooks import schedule, tasks
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.posting import Poster
from webhooks.sending import Pace
from webhooks.services import make_deliveries
from webhooks.services.claiming import Parcel, claim
from webhooks.services.settling import Outcome, give_back, settle

pytestmark = pytest.mark.django_db


class TestOrder:
    def test_a_failing_event_holds_back_its_own_resource_alone(
        self, rest: Rest, ann: Who, receive: Any, send: Send
    ) -> None:
        ill: set[str] = set()
        receiver = receive(lambda request: 500 if request.json["resource"]["id"] in ill else 204)
        listen(rest, ann, receiver, "job.*", ordered=True)
        one, other = cast.job_of(ann), cast.job_of(ann)
        ill.add(str(one.pk))
        for job in (one, other):
            cast.edit_job(job_id=job.pk, changes={"title": "Mend another tap"}, by=ann.actor)
        send()
        send()
        seen = [(r.json["resource"]["id"], r.json["type"]) for r in receiver.requests]
        assert [kind for pk, kind in seen if pk == str(other.pk)] == ["job.created", "job.posted", "job.updated"]
        assert [kind for pk, kind in seen if pk == str(one.pk)] == ["job.created"]
        ill.clear()
        for _ in range(3):
            make_due()
            send()
        seen = [(r.json["resource"]["id"], r.json["type"]) for r in receiver.requests]
        assert [kind for pk, kind in seen if pk == str(one.pk)][1:] == ["job.created", "job.posted", "job.updated"]


class TestLeases:
    def test_a_lost_lease_writes_nothing(self, rest: Rest, ann: Who, receiver: Receiver) -> None:
        listen(rest, ann, receiver, "job.posted")
        cast.job_of(ann)
        publishing.publish()
        tasks.queue_webhooks()
        (old,) = claim(most=10, held={})
        assert claim(most=10, held={}) == []
        Delivery.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
        (new,) = claim(most=10, held={})
        settle([Outcome(old, timezone.now(), 5, status=500)])
        assert (Delivery.objects.get().lease, Attempt.objects.count()) == (new.lease, 0)
        settle([Outcome(new, timezone.now(), 5, status=200)])
        assert Delivery.objects.get().status == "succeeded"

    def test_one_endpoint_is_sent_so_many_at_a_time(self, rest: Rest, ann: Who, receiver: Receiver) -> None:
        hook = listen(rest, ann, receiver, "job.posted")
        for _ in range(25):
            cast.job_of(ann)
        publishing.publish()
        tasks.queue_webhooks()
        (endpoint,) = Endpoint.objects.all()
        assert len(claim(most=400, held={endpoint.pk: 5})) == 15
        Endpoint.objects.update(failing_since=timezone.now())
        assert len(claim(most=400, held={})) == 2
        assert str(endpoint.pk) == hook["id"]

    def test_the_reactor_makes_each_once(self, rest: Rest, ann: Who, receiver: Receiver) -> None:
        listen(rest, ann, receiver)
        cast.job_of(ann)
        publishing.publish()
        events = list(RecordedEvent.objects.order_by("position"))
        make_deliveries(events)
        make_deliveries(events)
        assert Delivery.objects.count() == len(events)

    def test_old_deliveries_go(self, rest: Rest, ann: Who, receiver: Receiver, send: Send) -> None:
        listen(rest, ann, receiver)
        cast.job_of(ann)
        send()
        tasks.forget_old_webhooks()
        assert Delivery.objects.exists()
        Delivery.objects.update(created_at=timezone.now() - schedule.KEPT - timedelta(minutes=1))
        tasks.forget_old_webhooks()
        assert not Delivery.objects.exists()
        assert not Attempt.objects.exists()

    def test_more_is_claimed_ahead_of_what_works_quickly(self, rest: Rest, ann: Who, receiver: Receiver) -> None:
        listen(rest, ann, receiver, "job.posted")
        for _ in range(25):
            cast.job_of(ann)
        publishing.publish()
        tasks.queue_webhooks()
        (endpoint,) = Endpoint.objects.all()
        pace = Pace()
        pace.note([endpoint.pk] * 8)
        parcels = claim(most=400, held={endpoint.pk: 5}, limits=pace.limits())
        assert len(parcels) == 20 + 8 - 5
        assert claim(most=400, held={endpoint.pk: 28}, limits=pace.limits()) == []
        give_back(parcels)
        assert len(claim(most=400, held={})) == 20
        give_back(parcels)
        assert Delivery.objects.filter(lease__isnull=False).count() == 20, "leases of others stay"

    def test_what_waited_too_long_is_given_back_unsent(
        self, rest: Rest, ann: Who, receiver: Receiver, send: Send, settings: Any
    ) -> None:
        listen(rest, ann, receiver, "job.posted")
        cast.job_of(ann)
        publishing.publish()
        tasks.queue_webhooks()
        outcomes: queue.SimpleQueue[Any] = queue.SimpleQueue()
        poster = Poster(outcomes.put)
        (parcel,) = claim(most=10, held={})
        poster.post([parcel._replace(good_until=0)])
        back = outcomes.get(timeout=20)
        poster.close()
        assert back == parcel._replace(good_until=0)
        give_back([back])
        assert (receiver.requests, Delivery.objects.get().attempt_count) == ([], 0)
        send()
        assert (len(receiver.requests), Delivery.objects.get().status) == (1, "succeeded")

    def test_what_waits_behind_a_failure_is_not_sent_to_it(self, rest: Rest, ann: Who, receive: Any) -> None:
        receiver = receive(lambda request: 500)
        listen(rest, ann, receiver, "job.posted")
        for _ in range(60):
            cast.job_of(ann)
        publishing.publish()
        tasks.queue_webhooks()
        (endpoint,) = Endpoint.objects.all()
        outcomes: queue.SimpleQueue[Any] = queue.SimpleQueue()
        poster = Poster(outcomes.put)
        poster.post(claim(most=400, held={endpoint.pk: 0}, limits={endpoint.pk: 60}))
        found = [outcomes.get(timeout=20) for _ in range(60)]
        poster.close()
        assert len(receiver.requests) == sum(isinstance(one, Outcome) for one in found) <= 20 + 20
        assert sum(isinstance(one, Parcel) for one in found) >= 20

    def test_the_last_places_are_for_endpoints_of_which_none_is_held(
        self, rest: Rest, ann: Who, bob: Who, receiver: Receiver
    ) -> None:
        slow, other = listen(rest, ann, receiver, "job.posted"), listen(rest, bob, receiver, "job.posted")
        for _ in range(3):
            cast.job_of(ann)
        publishing.publish()
        tasks.queue_webhooks()
        parcels = claim(most=50, held={UUID(slow["id"]): 1}, at_a_time=1)
        assert [str(one.endpoint_id) for one in parcels] == [other["id"]]
