"""Alive, ready, and counted."""

import pytest

from core import health


@pytest.fixture(autouse=True)
def _as_at_the_start(monkeypatch):
    monkeypatch.setattr(health, "_state", {"draining": False, "migrated": False})


def test_alive_without_anything_else(api, monkeypatch):
    monkeypatch.setattr(health, "CHECKS", {"database": lambda: 1 / 0})
    assert api.get("/healthz").json() == {"status": "alive"}


@pytest.mark.django_db
class TestReady:
    def test_with_everything_there(self, api):
        answer = api.get("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (200, "ready")
        assert answer.json()["checks"] == dict.fromkeys(("database", "migrations", "redis", "storage"), "ok")
        assert answer["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("name", ["database", "migrations", "redis", "storage"])
    def test_not_without_one_of_them_and_without_saying_why(self, api, monkeypatch, name):
        def fail():
            raise OSError("password=hunter2")

        monkeypatch.setitem(health.CHECKS, name, fail)
        answer = api.get("/readyz")
        assert (answer.status_code, answer.json()["checks"][name]) == (503, "failed")
        assert b"hunter2" not in answer.content

    def test_not_with_a_redis_that_does_not_answer(self, api, settings):
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        assert api.get("/readyz").json()["checks"]["redis"] == "failed"

    def test_not_with_migrations_to_apply(self, api, monkeypatch):
        monkeypatch.setattr("django.db.migrations.executor.MigrationExecutor.migration_plan", lambda *_: ["one"])
        assert api.get("/readyz").json()["checks"]["migrations"] == "failed"

    def test_not_while_draining_though_alive(self, api):
        health.drain()
        assert (api.get("/readyz").status_code, api.get("/readyz").json()["status"]) == (503, "draining")
        assert api.get("/healthz").status_code == 200


def test_requests_are_counted_by_route_and_not_by_id(api):
    for n in range(3):
        api.get(f"things/0192d5f0-0000-7000-8000-00000000000{n}")
    api.get("nothing")
    text = api.get("/metrics").content.decode()
    lines = [line for line in text.splitlines() if line.startswith("mintenance_requests_total{")]
    assert any('method="GET"' in line and "<uuid:pk>" in line and 'status="404"' in line for line in lines)
    assert not any("0192d5f0" in line for line in lines)
    assert "mintenance_request_seconds_bucket" in text


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_they_are_only_read(api, path):
    assert api.post(path, {}).status_code == 405
