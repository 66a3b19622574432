"""A connection to PostgreSQL, and what its errors say to a user."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from nabij.errors import InputError, one_line
from nabij.outside.address import Address, masked

if TYPE_CHECKING:
    import pyarrow as pa
    from adbc_driver_manager.dbapi import Connection, Cursor

# What is stated in the address holds before these.
OPTIONS = {"application_name": "nabij", "client_encoding": "UTF8", "connect_timeout": "10"}
_SAID = re.compile(r"\b(?:ERROR|FATAL|PANIC|FOUT|FATAAL|FEHLER|ERREUR):\s+|Failed to connect: ")
# What libpq says in so many words, or in none.
WRONG_LOGIN = ("password authentication failed", "no password supplied")
# By the word: what breaks off a stream of rows has no code of its state.
BROKEN = ("terminating connection", "server closed the connection", "SSL SYSCALL error")
GONE = "the server ended the connection"


@contextmanager
def connected(address: Address, doing: str) -> Iterator[Connection]:
    """Yield a connection with a transaction begun, which is undone unless it was committed.

    Parameters
    ----------
    address : Address
    doing : str
        What the connection is for, as ``{address}: {doing}`` failed.

    Raises
    ------
    InputError
        For whatever goes wrong between here and the server, in the words of the server.
    """
    try:
        from adbc_driver_postgresql import dbapi
    except ImportError:
        raise InputError(
            f"{address}: a PostgreSQL database needs a library more: pip install 'nabij[postgis]'"
        ) from None
    import pyarrow as pa

    try:
        connection = dbapi.connect(_login(address))
    except dbapi.Error as error:
        raise InputError(f"{address}: cannot connect: {_cannot(error)}") from None
    try:
        yield connection
    except (dbapi.Error, pa.ArrowException, OSError) as error:
        raise InputError(f"{address}: {doing} failed: {reason(error)}") from None
    finally:
        with suppress(Exception):  # a connection that broke cannot be told so
            connection.close()


def ask(cursor: Cursor, query: str) -> list[tuple]:
    """Return the rows of a short answer."""
    cursor.execute(query)
    return cursor.fetchall()


def ask_schema(cursor: Cursor, query: str) -> pa.Schema:
    """Return the columns of a query that is not run."""
    return cursor.adbc_execute_schema(query)


def quoted(name: str) -> str:
    """Return a name as SQL writes one: whatever stands in it, it is only a name.

    >>> print(quoted('firms"; drop table firms'))
    "firms""; drop table firms"
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL writes one.

    >>> print(literal("it's"))
    'it''s'
    """
    return "'" + text.replace("'", "''") + "'"


def reason(error: Exception) -> str:
    """Return what the server said, in one line, without the query and without a password."""
    said = str(error)
    state = getattr(error, "sqlstate", None) or ""
    if state.startswith("57P") or any(sign in said for sign in BROKEN):
        return f"{GONE}; nothing was kept of what came before. Run again when it is there"
    found = _SAID.search(said)
    line = next(iter(said[found.end() if found else 0 :].strip().splitlines()), "")
    return one_line(masked(" ".join(line.split())), most=300) or type(error).__name__


def _cannot(error: Exception) -> str:
    why = reason(error)
    if any(sign in why for sign in WRONG_LOGIN):
        why += (
            " (a password is taken from the variable PGPASSWORD, from the file ~/.pgpass, or from "
            "the address)"
        )
    return why


def _login(address: Address) -> str:
    login = address.login.get_secret_value()
    stated = address.options
    added = "&".join(f"{key}={value}" for key, value in OPTIONS.items() if key not in stated)
    return f"{login}{'&' if '?' in login else '?'}{added}"
