"""Limits: exactly as many as allowed get through, whoever asks by whatever way."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from core import throttles
from core.errors import TooManyRequests, Unavailable
from tests.core.door import Caller

STRANGER = Caller(address="203.0.113.1")


@pytest.fixture
def limits(settings):
    """Small limits, by group."""

    def to(window=900, **quotas):
        settings.RATE_LIMITS = {
            group: (quotas.get(group, 1000), window)
            for group in ("anonymous", "anonymous_auth", "read", "write", "auth", "upload", "search")
        }

    to()
    return to


@pytest.fixture(params=["process", "redis"])
def counters(request, settings):
    """In the process, and in Redis."""
    settings.REDIS_URL = "" if request.param == "process" else request.getfixturevalue("redis_url")
    return request.param


@pytest.fixture
def clock(monkeypatch):
    """A clock for the counters in the process."""

    class Clock:
        now = 1_800_000_000.0

        def time(self):
            return self.now

    made = Clock()
    monkeypatch.setattr(throttles, "time", made)
    return made


class TestHeaders:
    def test_they_name_the_policy_and_what_is_left(self, api):
        answer = api.get("things/mine", by="ann")
        assert answer["RateLimit-Policy"] == '"read";q=1000;w=900'
        assert answer["RateLimit"] == '"read";r=999;t=900'
        assert api.get("things/mine", by="ann")["RateLimit"].startswith('"read";r=998;t=')

    @pytest.mark.parametrize(
        ("method", "path", "by", "policy"),
        [
            ("get", "things", "", '"anonymous";q=100;w=900'),
            ("post", "auth/signin", "", '"anonymous_auth";q=20;w=900'),
            ("post", "things", "ann", '"write";q=200;w=900'),
            ("post", "auth/signin", "ann", '"auth";q=20;w=900'),
            ("post", "things/upload", "ann", '"upload";q=60;w=900'),
            ("head", "things", "ann", '"read";q=1000;w=900'),
            ("options", "things", "ann", '"read";q=1000;w=900'),
        ],
    )
    def test_each_group_has_its_own(self, api, method, path, by, policy):
        assert getattr(api, method)(path, by=by)["RateLimit-Policy"] == policy

    def test_the_refusal(self, api, limits):
        limits(read=2)
        for _ in range(2):
            assert api.get("things/mine", by="ann").status_code == 200
        two, one = api.get("things/mine", by="ann"), api.get("things/mine", by="ann", version="v1/")
        assert (two.status_code, two.json()["code"]) == (429, "rate_limit_exceeded")
        assert 1 <= two.json()["retryAfter"] == int(two["Retry-After"]) <= 900
        assert two["RateLimit"].startswith('"read";r=0;t=')
        assert one.json()["error"]["code"] == "RATE_LIMIT_EXCEEDED"
        assert one.json()["error"]["retryAfter"] == int(one["Retry-After"])

    def test_off_means_off(self, api, limits, settings):
        limits(anonymous=1)
        settings.RATE_LIMITS_ON = False
        answers = [api.get("things") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200] * 3
        assert "RateLimit" not in answers[0]


class TestWhoIsCounted:
    def statuses(self, api, *asked):
        return [getattr(api, method)(path, **more).status_code for method, path, more in asked]

    def test_a_stranger_by_address_over_all_of_the_api(self, api, limits):
        limits(anonymous=4)
        asked = [
            ("get", "things", {}),
            ("get", "nothing", {}),
            ("post", "things", {}),
            ("get", "things/", {"version": "v1/"}),
        ]
        assert self.statuses(api, *asked) == [200, 404, 401, 200]
        assert self.statuses(api, *asked, ("head", "things", {}), ("options", "things", {})) == [429] * 6

    def test_sign_in_routes_count_as_both(self, api, limits):
        limits(anonymous=3, anonymous_auth=2)
        signin = ("post", "auth/signin", {"body": {}})
        assert self.statuses(api, signin, signin, signin) == [401, 401, 429]
        assert self.statuses(api, ("get", "things", {}), ("get", "things", {})) == [200, 429]

    def test_bad_credentials_count_as_a_strangers_request(self, api, limits):
        limits(anonymous=2)
        asked = ("get", "things", {"by": "bad"})
        assert self.statuses(api, asked, asked, asked) == [401, 401, 429]

    @pytest.mark.parametrize(
        "headers",
        [
            {"x_forwarded_for": "198.51.100.7"}, {"x_real_ip": "198.51.100.7"}, {"forwarded": "for=198.51.100.7"},
            {"client_ip": "198.51.100.7"}, {"cf_connecting_ip": "198.51.100.7"}, {"user_agent": "another"},
            {"x_request_id": "another"}, {"accept_language": "fr"}, {"origin": "https://another.example"},
            {"api_version": "2"}, {"cookie": "session=another"},
        ],
    )  # fmt: skip
    def test_another_header_is_not_another_stranger(self, api, limits, headers):
        limits(anonymous=1)
        assert self.statuses(api, ("get", "things", {}), ("get", "things", headers)) == [200, 429]

    def test_behind_a_proxy_each_address_is_counted(self, api, limits, settings):
        limits(anonymous=1)
        settings.TRUSTED_PROXIES = ["127.0.0.1"]
        one, other = ({"x_forwarded_for": f"198.51.100.{n}"} for n in (1, 2))
        asked = [("get", "things", one), ("get", "things", other), ("get", "things", one)]
        assert self.statuses(api, *asked) == [200, 200, 429]

    def test_the_addresses_of_one_household_are_one(self):
        assert throttles.network_of("2001:db8:1:2::1") == throttles.network_of("2001:db8:1:2:ffff::9")
        assert throttles.network_of("2001:db8:1:2::1") != throttles.network_of("2001:db8:1:3::1")
        assert throttles.network_of("::ffff:203.0.113.1") == throttles.network_of("203.0.113.1")
        assert throttles.network_of("fe80::1%eth0") == throttles.network_of("fe80::2%eth1")
        assert throttles.network_of("") == ""

    def test_people_by_group_and_not_by_address(self, api, limits):
        limits(read=1, write=1)
        asked = [
            ("get", "things/mine", {"by": "ann"}), ("get", "things/mine", {"by": "bob"}),
            ("delete", "things/0192d5f0-0000-7000-8000-000000000000", {"by": "ann"}),
            ("get", "things/mine", {"by": "ann"}),
        ]  # fmt: skip
        assert self.statuses(api, *asked) == [200, 200, 204, 429]

    def test_all_keys_of_a_person_together_count_no_more_than_the_person(self, api, limits):
        limits(read=2)
        one, other = ({"key": f"ann/{n} things:read"} for n in (1, 2))
        asked = [("get", "things/mine", key) for key in (one, other, one, other)]
        assert self.statuses(api, *asked) == [200, 200, 429, 429]
        assert self.statuses(api, ("get", "things/mine", {"by": "ann"})) == [200]

    def test_the_system_is_not_counted(self, limits):
        limits(write=1)
        assert throttles.count(Caller(is_system=True), "write", 50) is None


class TestCounting:
    def test_sixty_at_once_at_a_limit_of_seven(self, counters, limits):
        limits(anonymous=7)
        barrier = threading.Barrier(60)

        def hit(_):
            barrier.wait()
            try:
                throttles.count(STRANGER, "read")
            except TooManyRequests:
                return False
            return True

        with ThreadPoolExecutor(60) as pool:
            assert sum(pool.map(hit, range(60))) == 7

    def test_a_cost_is_counted_whole_or_not_at_all(self, counters, limits):
        limits(anonymous=10)
        assert throttles.count(STRANGER, "read", 8).left == 2
        with pytest.raises(TooManyRequests):
            throttles.count(STRANGER, "read", 3)
        assert throttles.count(STRANGER, "read", 2).left == 0
        with pytest.raises(TooManyRequests) as refused:
            throttles.count(STRANGER, "read")
        assert 1 <= refused.value.retry_after <= 900

    def test_after_retry_after_there_is_room(self, limits, clock):
        limits(anonymous=10)
        for _ in range(4):  # through windows that are full in different ways
            with pytest.raises(TooManyRequests) as refused:
                while True:
                    throttles.count(STRANGER, "read")
            clock.now += refused.value.retry_after
            for _ in range(3):
                try:
                    throttles.count(STRANGER, "read")
                    break
                except TooManyRequests as again:
                    clock.now += again.retry_after
            else:
                pytest.fail("Three waits brought no room.")

    def test_the_old_window_fades(self, limits, clock):
        limits(anonymous=100)
        throttles.count(STRANGER, "read", 100)
        clock.now += 900 + 450
        assert throttles.count(STRANGER, "read", 50).left == 0
        clock.now += 2 * 900
        assert throttles.count(STRANGER, "read").left == 99

    def test_in_no_window_do_twice_as_many_get_through(self, limits, clock):
        limits(anonymous=100)
        let = []
        for _ in range(2000):
            try:
                throttles.count(STRANGER, "read")
                let.append(clock.now)
            except TooManyRequests:
                pass
            clock.now += 1.5
        most = max(sum(start <= moment < start + 900 for moment in let) for start in let)
        assert most <= 110

    def test_counters_that_are_over_are_forgotten(self, limits, clock, monkeypatch):
        monkeypatch.setattr(throttles, "_SWEEP", 10)
        for n in range(5):
            throttles.count(Caller(address=f"203.0.113.{n}"), "read")
        clock.now += 3600
        for n in range(100, 130):
            throttles.count(Caller(address=f"203.0.113.{n}"), "read")
        kept = throttles._counters("")._windows
        assert not any("203.0.113.0:" in key for key in kept)
        assert len(kept) == 30

    def test_processes_share_what_is_in_redis(self, limits, settings, redis_url):
        limits(anonymous=1)
        settings.REDIS_URL = redis_url
        throttles.count(STRANGER, "read")
        throttles.forget()  # as another process would begin
        with pytest.raises(TooManyRequests):
            throttles.count(STRANGER, "read")

    def test_without_redis_nothing_opens(self, api, limits, settings):
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        with pytest.raises(Unavailable):
            throttles.count(STRANGER, "read")
        for path in ("things", "nothing"):
            answer = api.get(path)
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert int(answer["Retry-After"]) >= 1


@pytest.fixture
def redis_url():
    """A Redis of the test run, emptied."""
    import os

    url = os.environ.get("REDIS_URL")
    if not url:
        pytest.skip("There is no Redis.")
    redis.Redis.from_url(url).flushdb()
    return url
