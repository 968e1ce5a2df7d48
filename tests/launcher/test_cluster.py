"""A PostgreSQL of our own, from each source, as root and as an ordinary user."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from mintenance.launcher.accounts import Account
from mintenance.launcher.binaries import find_binaries
from mintenance.launcher.cluster import Cluster
from mintenance.launcher.places import CHECKOUT, room_for
from mintenance.launcher.processes import command_line, wait_until
from tests.launcher.conftest import Site


def test_it_starts_from_nothing_and_stops_with_its_launcher(site: Site) -> None:
    host = site.start()
    [(version,)] = host.sql("SHOW server_version_num")
    assert int(str(version)) >= 150_000
    host.leave()
    assert command_line(host.server) is None
    assert not _listens(host.url)


def test_the_application_is_no_superuser_and_may_still_do_its_work(source: str, plain_site: Site) -> None:
    plain_site.source = source
    host = plain_site.start()
    [(superuser, may_create)] = host.sql("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user")
    assert (superuser, may_create) == (False, True)
    for extension in ("pg_trgm", "unaccent", "btree_gist", "cube", "citext"):
        host.sql(f"CREATE EXTENSION {extension}")
    assert host.sql("SELECT lower('ÉÇ'), similarity('boiler', 'boilers') > 0.5") == [("éç", True)]


def test_it_keeps_what_is_committed_and_spends_nothing_on_jit(plain_site: Site) -> None:
    host = plain_site.start()
    names = ("fsync", "synchronous_commit", "full_page_writes", "jit", "max_connections", "TimeZone")
    settings = {name: host.sql(f"SHOW {name}")[0][0] for name in names}
    assert settings == {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "jit": "off",
        "max_connections": "200",
        "TimeZone": "UTC",
    }


def test_nobody_else_on_the_machine_gets_in(plain_site: Site) -> None:
    site, host = plain_site, plain_site.start()
    password = urlsplit(host.url).password
    assert password is not None
    assert len(password) == 64
    for path in site.folder.glob("postgres"):
        assert path.stat().st_mode & 0o777 == 0o700
    for name in ("data/mintenance.password", "log", "port", "lock", "owner"):
        assert (site.folder / "postgres" / name).stat().st_mode & 0o077 == 0, name
    assert password not in (command_line(host.server) or "")
    assert list(site.folder.glob("postgres/*.password")) == [], "the superuser's password is thrown away"
    for url in (host.url.replace(password, "postgres"), host.url.replace("mintenance:", "postgres:")):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(url)
    assert host.sql("SHOW listen_addresses") == [("127.0.0.1",)]
    assert (site.data / "postmaster.pid").read_text().splitlines()[4] == "", "and on no socket in a shared folder"


def test_it_never_runs_as_root(site: Site) -> None:
    host = site.start()
    assert Path(f"/proc/{host.server}").stat().st_uid != 0


def test_a_second_one_joins_and_leaves_it_running(site: Site) -> None:
    first, second = site.start(), site.start()
    assert second.said | {"launcher": 0} == first.said | {"launcher": 0}
    second.leave()
    assert first.sql("SELECT 1") == [(1,)]


def test_two_at_once_share_one_server(plain_site: Site) -> None:
    plain_site.start().leave()
    hosts = [plain_site.start() for _ in range(3)]
    assert len({host.server for host in hosts}) == 1


def test_what_was_committed_survives_a_killed_server(site: Site) -> None:
    host = site.start()
    host.sql("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(host.server, signal.SIGKILL)
    again = site.start()
    assert again.server != host.server
    assert again.url == host.url, "on the port that others know"
    assert again.sql("SELECT answer FROM kept") == [(42,)]


def test_a_killed_launcher_leaves_a_server_that_the_next_one_adopts(site: Site) -> None:
    first = site.start()
    first.kill()
    assert first.sql("SELECT 1") == [(1,)]
    second = site.start()
    assert second.server == first.server
    second.leave()
    assert command_line(first.server) is None


def test_a_pid_file_whose_number_went_to_another_process_is_no_server(plain_site: Site) -> None:
    host = plain_site.start()
    os.kill(host.server, signal.SIGKILL)
    host.kill()
    pid_file = plain_site.data / "postmaster.pid"
    pid_file.write_text(pid_file.read_text().replace(str(host.server), str(os.getpid()), 1))
    assert plain_site.start().sql("SELECT 1") == [(1,)]


def test_a_dead_server_that_nobody_reaped_is_no_server(folder: Path, me: Account) -> None:
    """In a container whose first process reaps nothing, a killed server stays a zombie for ever."""
    cluster = Cluster(folder, find_binaries(room_for(CHECKOUT / "var", me), me), me, durable=False)
    cluster.start()
    server = cluster.pid
    assert server is not None
    os.kill(server, signal.SIGKILL)  # it is our child, and we do not wait for it
    assert wait_until(lambda: not cluster.is_running(), 5)
    assert wait_until(lambda: _state(server) == "Z", 5)
    other = Cluster(folder, cluster.binaries, me, durable=False)
    cluster._owner.release()
    other.start()
    with psycopg.connect(other.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    other.stop()


def test_a_first_start_that_was_killed_half_way_begins_again(plain_site: Site) -> None:
    half = plain_site.folder / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    assert plain_site.start().sql("SELECT 1") == [(1,)]
    assert not half.exists()


def test_a_port_that_another_program_took_is_left_to_it(plain_site: Site) -> None:
    first = plain_site.start()
    port = urlsplit(first.url).port
    first.leave()
    with socket.socket() as taker:
        taker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taker.bind(("127.0.0.1", port or 0))
        taker.listen()
        again = plain_site.start()
        assert urlsplit(again.url).port != port
        assert again.sql("SELECT 1") == [(1,)]


def test_somebody_elses_folder_is_refused_with_a_word_on_what_to_do() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a folder for somebody else")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        (Path(folder) / "postgres").mkdir()
        asked = subprocess.run(
            [sys.executable, "-m", "tests.launcher.host", folder, "system", "65534"],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
        )
        assert "belongs to another user" in asked.stdout


def _listens(url: str) -> bool:
    parts = urlsplit(url)
    with socket.socket() as probe:
        return probe.connect_ex((str(parts.hostname), parts.port or 0)) == 0


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
