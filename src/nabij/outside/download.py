"""Fetch one file over https, taking up a download that was broken off."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from nabij import __version__
from nabij.errors import InputError, one_line

SECONDS = 60.0
"""Without a byte for so long, the connection counts as broken."""
WAITS = (1.0, 3.0, 9.0)
"""Seconds before each new attempt."""
LONGEST_WAIT = 60.0
CHUNK = 1 << 18

# Busy, or broken in passing: worth another attempt.
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")

Counted = Callable[[int, int | None], None]
"""Called with the bytes that are there, and how many there will be, if that is known."""


class NotThereError(InputError):
    """The server has no such file."""


class BrokenOffError(InputError):
    """It may go on from what came, the next time."""


class _BrokenError(Exception):
    """What may go well the next time."""

    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.wait = wait


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows a redirect on the same host only, never to plain http."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any,
        newurl: str,
    ) -> urllib.request.Request | None:  # fmt: skip
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        same = (old.scheme, old.netloc) == (new.scheme, new.netloc)
        if not same and (new.scheme != "https" or new.hostname != old.hostname):
            raise InputError(
                f"{req.full_url}: sends on to {one_line(newurl, most=200)}, which is not https of "
                "the same host; it was not followed"
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def require_safe(address: str, where: str) -> None:
    """Raise unless an address is https, or of this machine itself.

    Raises
    ------
    InputError
        Says what to write.
    """
    try:
        parts = urlsplit(address)
        safe = bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        )
    except ValueError:
        safe = False
    if not safe or parts.username or parts.query or parts.fragment:
        raise InputError(
            f"{where}: is no address that can be asked; write https://HOST, or "
            "http://127.0.0.1:PORT for a mirror on this machine"
        )


def download(url: str, path: Path, counted: Counted, most: int) -> None:
    """Fetch `url` into `path`; what came stays beside it as ``.part`` if it breaks off.

    Parameters
    ----------
    url : str
        https, or http of this machine.
    path : Path
        There afterwards, whole.
    counted : callable
        Is told how far it is; may raise to stop.
    most : int
        Bytes; a larger file is refused.

    Raises
    ------
    NotThereError
        If the server does not have it.
    BrokenOffError
        If it did not come whole in some attempts.
    InputError
        If it is refused, by the server or because of its size.
    """
    for wait in (*WAITS, None):
        try:
            _attempt(url, path, counted, most)
            return
        except _BrokenError as error:
            if wait is None:
                raise BrokenOffError(
                    f"{url}: could not be fetched: {error} (tried {len(WAITS) + 1} times). What "
                    "came is kept; the same command goes on from there"
                ) from None
            time.sleep(min(LONGEST_WAIT, max(wait, error.wait)))


def _attempt(url: str, path: Path, counted: Counted, most: int) -> None:
    part, mark = path.with_name(path.name + ".part"), path.with_name(path.name + ".etag")
    have, tag = _begun(part, mark)
    request = urllib.request.Request(url, headers={"User-Agent": f"nabij/{__version__}"})
    if have:
        request.add_header("Range", f"bytes={have}-")
        request.add_header("If-Range", tag)
    try:
        with _opener(url).open(request, timeout=SECONDS) as answer:
            start, whole = _extent(answer.status, answer.headers, have)
            if max(whole or 0, start) > most:
                raise too_large(url, most)
            if not start:
                _remember(mark, answer.headers.get("ETag"))
            _receive(answer, part, start, whole, counted, url, most)
    except urllib.error.HTTPError as error:
        _judge(url, error, part)
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLCertVerificationError):
            raise InputError(
                f"{url}: its certificate cannot be trusted ({error.reason.verify_message}); is "
                "there a proxy in between? Set SSL_CERT_FILE to the certificates of your network"
            ) from None
        raise _BrokenError(f"no connection ({_said(error.reason)})") from None
    except (http.client.HTTPException, ConnectionError, TimeoutError, ssl.SSLError) as error:
        raise _BrokenError(f"the connection broke ({_said(error)})") from None
    os.replace(part, path)
    mark.unlink(missing_ok=True)


def _opener(url: str) -> urllib.request.OpenerDirector:
    handlers: list[Any] = [_SameHost]
    if urlsplit(url).hostname in LOOPBACK:
        handlers.append(urllib.request.ProxyHandler({}))  # this machine is asked itself
    return urllib.request.build_opener(*handlers)


def _begun(part: Path, mark: Path) -> tuple[int, str]:
    """Return how much came before and the mark of that version; 0 where it cannot be taken up."""
    try:
        return part.stat().st_size, mark.read_text(encoding="ascii")
    except (OSError, ValueError):
        return 0, ""


def _remember(mark: Path, tag: str | None) -> None:
    """Keep the mark of the version that comes; a weak one does not promise the same bytes."""
    mark.unlink(missing_ok=True)
    if tag and re.fullmatch(r'"[\x21\x23-\x7e]{1,200}"', tag):
        mark.write_text(tag, encoding="ascii")


def _extent(status: int, headers: Message, have: int) -> tuple[int, int | None]:
    """Return from which byte the answer goes on, and the size of the whole file if stated."""
    if headers.get("Content-Encoding", "identity") != "identity":
        raise _BrokenError("the answer is compressed, which was not asked for")
    length = headers.get("Content-Length", "")
    if status == http.client.PARTIAL_CONTENT:
        found = _RANGE.fullmatch(headers.get("Content-Range", ""))
        if not found or int(found[1]) != have:
            raise _BrokenError("the answer is of another part than was asked for")
        return have, int(found[2]) if found[2] != "*" else None
    return 0, int(length) if length.isdecimal() else None


def _receive(
    answer: Any, part: Path, start: int, whole: int | None, counted: Counted, url: str, most: int
) -> None:
    there = start
    with part.open("r+b" if start else "wb") as file:
        file.truncate(start)
        file.seek(start)
        while chunk := answer.read(CHUNK):
            there += len(chunk)
            if there > most:
                raise too_large(url, most)
            file.write(chunk)
            counted(there, whole)
    if whole is not None and there != whole:
        raise _BrokenError(f"the connection broke after {there:,} of {whole:,} bytes")


def _judge(url: str, error: urllib.error.HTTPError, part: Path) -> None:
    """Raise what an answer with an error means."""
    with contextlib.suppress(Exception):
        error.close()
    if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
        part.unlink(missing_ok=True)
        raise _BrokenError("the part that came before fits no more")
    told = f"{error.code} {one_line(str(error.reason))}"
    if error.code in PASSING:
        after = (error.headers.get("Retry-After") or "") if error.headers else ""
        raise _BrokenError(f"the server said {told}", float(after) if after.isdecimal() else 0.0)
    if error.code in (400, 404, 410):
        raise NotThereError(f"{url}: the server does not have it ({told})")
    raise InputError(f"{url}: the server refuses ({told})")


def too_large(url: str, most: int) -> InputError:
    """Say that an answer is larger than `most` bytes."""
    return InputError(
        f"{url}: is larger than {most / (1 << 20):,.0f} MB, far more than boundaries should be; it "
        "was not fetched"
    )


def _said(error: object) -> str:
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return one_line(str(said), most=120)
