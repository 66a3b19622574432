"""Addresses of databases, and the passwords in them, which nobody is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from nabij.errors import InputError

if TYPE_CHECKING:
    from pydantic import SecretStr

_PART = r"(?:[^@/?#%\s]|%(?!00)[0-9a-fA-F]{2})*"
_ADDRESS = re.compile(
    rf"(?P<scheme>postgres(?:ql)?://)(?:(?P<user>{_PART}?)(?::(?P<password>{_PART}))?@)?"
    r"(?P<place>[^@?#\s]*)(?:\?(?P<options>[^#\s@]*))?"
)
_BEGINS = re.compile(r"postgres(?:ql)?:/", re.IGNORECASE)
# A password runs to the last @ of its line, even where it should have been escaped.
_IN_TEXT = re.compile(r"(postgres(?:ql)?:/{1,2}[^:@/\s]*):.*@", re.IGNORECASE)
_IN_OPTIONS = re.compile(r"((?:ssl)?password=)[^&\s'\"]*", re.IGNORECASE)
SECRET_OPTIONS = ("password", "sslpassword")


class Address(str):
    """Where a database is: text without the password, which only a connection asks for.

    The password is in no text, dump, copy in a file or pickle of it. A pickled address logs in
    with what the environment or ``.pgpass`` says.

    Attributes
    ----------
    login : pydantic.SecretStr
        The address as it was given, with the password if it had one.

    Examples
    --------
    >>> address = Address.parse("postgresql://me:secret@localhost/firms")
    >>> address, address.login
    ('postgresql://me@localhost/firms', SecretStr('**********'))
    """

    login: SecretStr

    def __new__(cls, text: str, login: str | None = None) -> Address:
        """Make an address of text without a password, and of what may have one."""
        from pydantic import SecretStr

        made = super().__new__(cls, text)
        made.login = SecretStr(text if login is None else login)
        return made

    @classmethod
    def parse(cls, text: object) -> Address:
        """Read the address of a PostgreSQL database.

        Raises
        ------
        ValueError
            If it is none, in words that do not repeat it: it may hold a password.
        """
        if isinstance(text, Address):
            return text
        found = _ADDRESS.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            raise ValueError(
                "is no address of a database; write postgresql://user@host:5432/database (in a "
                "user or password write @ as %40, : as %3A, / as %2F, % as %25)"
            )
        user = "" if not found["user"] else f"{found['user']}@"
        kept = [
            option
            for option in (found["options"] or "").split("&")
            if option and option.partition("=")[0].casefold() not in SECRET_OPTIONS
        ]
        options = f"?{'&'.join(kept)}" if kept else ""
        return cls(f"{found['scheme']}{user}{found['place']}{options}", str(text))

    @property
    def options(self) -> dict[str, str]:
        """What stands behind the question mark, but for passwords."""
        return dict(parse_qsl(self.partition("?")[2]))

    @property
    def database(self) -> str:
        """The name of the database, or else of the place."""
        place = self.partition("?")[0].partition("://")[2].rpartition("@")[2]
        return place.rpartition("/")[2] or place or "PostgreSQL"

    def __reduce__(self) -> tuple[Any, ...]:
        return Address, (str(self),)

    def __copy__(self) -> Address:
        return self

    def __deepcopy__(self, memo: object) -> Address:
        return self


def address_of(text: str, where: str) -> Address:
    """Read an address that stands at `where`.

    Raises
    ------
    InputError
        If it is none; the message does not repeat it.
    """
    try:
        return Address.parse(text)
    except ValueError as error:
        raise InputError(f"{where}: {error}") from None


def is_address(text: str) -> bool:
    """Tell whether a text is meant as the address of a database, rightly written or not.

    >>> is_address("postgresql://me@localhost/firms"), is_address("register.csv")
    (True, False)
    """
    return _BEGINS.match(text) is not None


def masked(text: str) -> str:
    """Return a text without the passwords in the addresses of databases in it.

    >>> masked("cannot read 'postgresql://me:s@cret@localhost/firms?sslpassword=x'")
    "cannot read 'postgresql://me:***@localhost/firms?sslpassword=***'"
    """
    return _IN_OPTIONS.sub(r"\1***", _IN_TEXT.sub(r"\1:***@", text))
