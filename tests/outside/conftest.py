"""A PostgreSQL server with PostGIS of the tests' own: on this machine only, gone afterwards."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pytest
from adbc_driver_postgresql import dbapi

# With all that a URL would take for something else.
PASSWORD = "s3cret @/:%#?&pw"
OWNER = "postgres"
READER = "reader"
PATIENCE = 30

# As small and as fast as it goes: what is in it need not last.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "16MB",
    "max_connections": "20",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
}


@dataclass(frozen=True)
class Base:
    """A database of its own for one test, its user and how it is reached."""

    name: str
    port: int
    user: str = OWNER

    @property
    def address(self) -> str:
        """The address as a study holds it: without a password."""
        return f"postgresql://{self.user}@127.0.0.1:{self.port}/{self.name}"

    @property
    def password(self) -> str:
        return PASSWORD

    @property
    def url(self) -> str:
        """The address with the password in it."""
        return self.address.replace("@", f":{quote(PASSWORD, safe='')}@", 1)

    def of(self, user: str) -> "Base":
        """Return the same database for another user."""
        return replace(self, user=user)

    def run(self, *statements: str) -> None:
        with dbapi.connect(self.url, autocommit=True) as there, there.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def ask(self, query: str) -> list[tuple]:
        with dbapi.connect(self.url, autocommit=True) as there, there.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def fill(self, table, name: str, schema: str = "public") -> None:
        """Make a table of a frame."""
        with dbapi.connect(self.url, autocommit=True) as there, there.cursor() as cursor:
            data = pa.Table.from_pandas(table, preserve_index=False)
            cursor.adbc_ingest(name, data, mode="create", db_schema_name=schema)


def programs() -> Path | None:
    """Return the folder of the newest server that is installed with PostGIS."""
    controls = Path("/usr/share/postgresql").glob("*/extension/postgis.control")
    versions = [int(path.parts[-3]) for path in controls if path.parts[-3].isdigit()]
    return Path(f"/usr/lib/postgresql/{max(versions)}/bin") if versions else None


@pytest.fixture(scope="session")
def server():
    """Start a server that asks for passwords; yield its port."""
    found = programs()
    if found is None:
        if os.environ.get("NABIJ_CI"):
            pytest.fail("PostgreSQL with PostGIS is not installed, but these tests must run here")
        pytest.skip("PostgreSQL with PostGIS is not installed")
    # The server does not run as root; then it is Debian's own user who runs it.
    become = ["runuser", "-u", OWNER, "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="nabij-postgis-"))
    process = None
    try:
        (folder / "password").write_text(PASSWORD)
        if become:
            for path in (folder, folder / "password"):
                shutil.chown(path, OWNER)
        make = [found / "initdb", "--auth=scram-sha-256", f"--username={OWNER}", "--no-sync"]
        make += [f"--pwfile={folder / 'password'}", "--encoding=UTF8", "--locale=C.UTF-8"]
        make += ["--pgdata", folder / "data"]
        subprocess.run([*become, *make], check=True, capture_output=True, cwd=folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        with (folder / "log").open("wb") as log:
            start = [*become, found / "postgres", "-D", folder / "data", f"--port={port}"]
            process = subprocess.Popen([*start, *settings], stdout=log, stderr=log, cwd=folder)
        _wait(port, process, folder / "log")
        reader = f"create role {READER} login password '{PASSWORD}'"
        Base("template1", port).run("create extension postgis", reader)
        yield port
    finally:
        if process is not None:
            stop = [found / "pg_ctl", "stop", "-m", "immediate", "-D", folder / "data"]
            subprocess.run([*become, *stop], capture_output=True, cwd=folder)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(port: int, process: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(dbapi.Error):
            Base("template1", port).ask("select 1")
            return
        time.sleep(0.1)
    pytest.fail(f"the server did not start: {log.read_text()}")


@pytest.fixture
def base(server, request, tmp_path, monkeypatch):
    """Return a database of the test's own; nothing outside the test says how to log in."""
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "no.pgpass"))
    name = re.sub(r"\W+", "_", request.node.name)[:60].casefold()
    made = Base(name, server)
    Base("postgres", server).run(f'create database "{name}"')
    yield made
    Base("postgres", server).run(f'drop database "{name}" with (force)')
