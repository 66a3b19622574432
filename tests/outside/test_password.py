"""A password that was written down is in nothing that comes out."""

import os
import pickle
import subprocess
import sys
from urllib.parse import quote

import pytest
from typer.testing import CliRunner

import nabij
from nabij import InputError, cli
from nabij.exports import require_schema, save, to_postgis
from nabij.register import read

SECRET = "s3cret"
"""How every password here begins, as typed and as a URL has it."""


def command(*words, cwd, **env):
    return subprocess.run(
        [sys.executable, "-m", "nabij", *map(str, words)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1", **env},
    )


def holding(folder):
    """Return the files below a folder in which the password stands, as typed or decoded."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and SECRET in path.read_bytes().decode("latin-1")
    ]


@pytest.fixture
def firms(base, country):
    base.fill(country.register, "firms")
    return base


def write_study(country, url, extra=""):
    (country.folder / "study.toml").write_text(
        f'[register]\ndatabase = "{url}"\n{extra}id = "id"\ncode = "sbi"\nx = "x"\ny = "y"\n'
        'jobs = "jobs"\ncrs = "EPSG:28992"\nlayer = "firms"\n'
        '[sector]\nname = "A"\ncodes = ["26", "27"]\n'
        '[[regions]]\nlevel = "region"\npath = "regions.gpkg"\nlayer = "region"\ncode = "code"\n'
    )


def test_a_result_and_what_is_said_of_it_hold_no_password(country, firms):
    write_study(country, firms.url)
    words = ("run", "study.toml", "--out", "out", "--to", firms.url, "--debug")
    ran = command(*words, cwd=country.folder)
    assert ran.returncode == 0, ran.stderr
    assert SECRET not in ran.stdout + ran.stderr
    assert f"schema nabij of {firms.address}" in ran.stdout
    assert (country.folder / "out" / "report.pdf").is_file()
    assert holding(country.folder) == [country.folder / "study.toml"]
    tables = [
        name
        for (name,) in firms.ask(
            "select tablename from pg_tables where tablename = "
            "any(array['sectors', 'rejected', 'regions'])"
        )
    ]
    assert sorted(tables) == ["regions", "rejected", "sectors"]
    dumped = firms.ask("select string_agg(obj_description(c.oid), '') from pg_class c")
    assert SECRET not in str(dumped)


def test_a_pickled_result_holds_no_password(country, firms, tmp_path):
    result = nabij.run(country.study(register={"path": None, "database": firms.url}))
    assert SECRET.encode() not in pickle.dumps(result)
    assert SECRET not in repr(result) + str(result.provenance) + result._repr_html_()
    assert SECRET not in repr(result.view().study)
    assert holding(save(result, tmp_path / "out")) == []


def test_the_environment_and_a_file_of_passwords_log_in(country, firms, tmp_path, monkeypatch):
    spec = country.study(register={"path": None, "database": firms.address}).register
    with pytest.raises(InputError) as caught:
        read(spec)
    assert str(caught.value) == (
        f'{firms.address}: cannot connect: connection to server at "127.0.0.1", port {firms.port} '
        "failed: fe_sendauth: no password supplied (a password is taken from the variable "
        "PGPASSWORD, from the file ~/.pgpass, or from the address)"
    )
    password = firms.password
    monkeypatch.setenv("PGPASSWORD", password)
    assert len(read(spec).table) == 400
    monkeypatch.delenv("PGPASSWORD")
    written = password.replace("\\", "\\\\").replace(":", "\\:")
    (tmp_path / "pgpass").write_text(f"127.0.0.1:{firms.port}:*:{firms.user}:{written}\n")
    (tmp_path / "pgpass").chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
    assert len(read(spec).table) == 400


def refused(base):
    wrong = quote(f"{SECRET}-wrong", safe="")
    place = f"127.0.0.1:{base.port}"
    login = f'connection to server at "127.0.0.1", port {base.port} failed'
    yield (
        f"postgresql://postgres:{wrong}@{place}/{base.name}",
        f"postgresql://postgres@{place}/{base.name}: cannot connect: {login}: FATAL: password "
        'authentication failed for user "postgres" (a password is taken from the variable '
        "PGPASSWORD, from the file ~/.pgpass, or from the address)",
    )
    yield (
        base.url.replace(base.name, "nowhere"),
        f"postgresql://postgres@{place}/nowhere: cannot connect: {login}: FATAL: database "
        '"nowhere" does not exist',
    )
    yield (
        f"postgresql://postgres:{wrong}@127.0.0.1:1/firms",
        "postgresql://postgres@127.0.0.1:1/firms: cannot connect: connection to server at "
        '"127.0.0.1", port 1 failed: Connection refused',
    )
    yield (
        f"postgresql://postgres:{wrong}@host.invalid/firms",
        "postgresql://postgres@host.invalid/firms: cannot connect: could not translate host name "
        '"host.invalid" to address: ',
    )
    yield (
        f"postgresql://postgres:{wrong}@127.0.0.1:x/firms",
        "postgresql://postgres@127.0.0.1:x/firms: cannot connect: invalid integer value",
    )
    yield (
        f"postgresql://postgres:{wrong}@{place}/{base.name}?colour=blue",
        f"postgresql://postgres@{place}/{base.name}?colour=blue: cannot connect: invalid URI query "
        'parameter: "colour"',
    )


def test_what_is_refused_is_said_without_the_password(country, firms):
    for url, said in refused(firms):
        for doing in (
            lambda url=url: read(country.study(register={"path": None, "database": url}).register),
            lambda url=url: require_schema(url),
        ):
            with pytest.raises(InputError) as caught:
                doing()
            assert str(caught.value).startswith(said)
            assert SECRET not in str(caught.value)
            assert caught.value.__suppress_context__


def typed(*words):
    """Return how a command ends and all that it says."""
    ran = CliRunner().invoke(cli.app, [str(word) for word in words])
    return ran.exit_code, ran.stderr, ran.output + str(ran.exception)


def test_every_command_says_what_is_refused_without_the_password(
    country, firms, monkeypatch, capfd
):
    monkeypatch.chdir(country.folder)
    monkeypatch.setenv("COLUMNS", "400")
    for url, said in refused(firms):
        write_study(country, url)
        for words in (
            ("run", "study.toml", "--debug"),
            ("check", "study.toml", "--debug"),
            ("scan", "study.toml", "--debug"),
            ("init", url, "--debug", "--out", "new.toml"),
        ):
            code, stderr, everything = typed(*words)
            assert code == 2
            assert stderr.startswith(f"Error: {said}")
            assert SECRET not in everything
    assert holding(country.folder) == [country.folder / "study.toml"]
    assert SECRET not in str(capfd.readouterr())  # nor does a library say it


def test_a_first_study_holds_no_password(country, firms, monkeypatch):
    monkeypatch.chdir(country.folder)
    code, _, everything = typed("init", firms.url, "--layer", "public.firms")
    assert code == 0, everything
    assert SECRET not in everything
    assert holding(country.folder) == []
    text = (country.folder / "study.toml").read_text()
    assert f'database = "{firms.address}"' in text.splitlines()
    completed = text.replace('name = ""', 'name = "A"').replace("codes = []", 'codes = ["26"]')
    (country.folder / "study.toml").write_text(completed)
    monkeypatch.setenv("PGPASSWORD", firms.password)
    code, _, everything = typed("check", "study.toml")
    assert code == 0, everything


def test_an_address_where_a_file_belongs_is_not_repeated(country, firms, monkeypatch):
    monkeypatch.chdir(country.folder)
    write_study(country, firms.url)
    for words in (
        ("run", firms.url),
        ("run", "study.toml", "--to", firms.url.replace("%40", "@")),
        ("init", firms.url.replace("%40", "@")),
        ("init", "regions.gpkg", "--regions", firms.url),
    ):
        code, _, everything = typed(*words)
        assert code == 2
        assert SECRET not in everything


def test_python_says_it_neither(country, firms):
    result = nabij.run(country.study())
    with pytest.raises(InputError) as caught:
        to_postgis(result, firms.url.replace("%40", "@"))
    assert str(caught.value).startswith("database: is no address of a database; write postgresql:")
    assert SECRET not in str(caught.value)
