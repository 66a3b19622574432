"""A private folder beside a target: who is writing there, and what is not finished yet.

``.NAME.nabij`` stands beside the folder ``NAME`` while a run writes it: its lock, the files that
will take the place of ``NAME``, and the phases that are finished. It goes when the run ends. A
process that is killed leaves it behind, and the next run on the same target, which alone can hold
its lock, clears it.
"""

from __future__ import annotations

import contextlib
import errno
import getpass
import json
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nabij.errors import InputError, one_line

LOCK = "lock"
NEW, EARLIER, PHASES, SCRATCH = OURS = ("new", "earlier", "phases", "scratch")
"""The folders in a workplace: to come, to go, finished, and passing."""

OTHERWISE = "wait or choose another --out"

_TAKEN = (errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK)


@dataclass(frozen=True)
class Workplace:
    """The folder beside a target, while this process holds its lock.

    Attributes
    ----------
    target, folder : Path
    told : str
        What was cleared, of whom; empty if nothing stood here.
    """

    target: Path
    folder: Path
    told: str = ""

    def fresh(self, name: str) -> Path:
        """Return an empty folder of this name, private to its owner."""
        place = self.folder / name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o700)
        return place


_claimed: ContextVar[tuple[Workplace, ...]] = ContextVar("claimed", default=())


@contextmanager
def claim(target: Path, otherwise: str = OTHERWISE) -> Iterator[Workplace]:
    """Hold a target for the block below; what is in its workplace is removed at the end.

    Within the block the same target may be claimed again. `otherwise` is what a user can do whom
    another run keeps waiting.

    Raises
    ------
    InputError
        If another run holds it, or nothing can be written beside it.
    """
    target = Path(os.path.realpath(os.path.expanduser(target)))
    within = _claimed.get()
    for place in within:
        if place.target == target:
            yield place
            return
    folder = target.parent / f".{target.name}.nabij"
    lock, earlier = _locked(target, folder, otherwise)
    token = None
    try:
        place = Workplace(target, folder, _cleared(target, folder, earlier))
        token = _claimed.set((*within, place))
        yield place
    finally:
        if token is not None:
            _claimed.reset(token)
        for name in OURS:
            shutil.rmtree(folder / name, ignore_errors=True)
        # The lock goes last: whoever waits for it finds it gone and begins anew.
        with contextlib.suppress(OSError):
            (folder / LOCK).unlink()
        os.close(lock)
        with contextlib.suppress(OSError):
            folder.rmdir()


@contextmanager
def scratch() -> Iterator[Path]:
    """Yield a private folder that is gone afterwards: in the workplace if one is held."""
    with tempfile.TemporaryDirectory(prefix="nabij-", dir=scratch_folder()) as folder:
        yield Path(folder)


def scratch_folder() -> Path | None:
    """Return where passing files go: in the workplace that is held, else None, the system's."""
    within = _claimed.get()
    if not within:
        return None
    folder = within[0].folder / SCRATCH
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _locked(target: Path, folder: Path, otherwise: str) -> tuple[int, dict[str, Any]]:
    """Return the lock that is now held, and who held it before without giving it back."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        while True:
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
            try:
                lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | _NO_LINK, 0o600)
            except FileNotFoundError:  # its holder was just removing it
                continue
            before = _read(lock)
            if not _take(lock, before):
                os.close(lock)
                raise _held(target, folder, before, otherwise)
            if _is(lock, folder / LOCK):
                os.ftruncate(lock, 0)
                os.lseek(lock, 0, os.SEEK_SET)
                os.write(lock, json.dumps(_me()).encode())
                return lock, before
            os.close(lock)
    except OSError as error:
        if isinstance(error, PermissionError) and folder.exists():
            raise _held(target, folder, {}, otherwise) from None
        raise InputError(f"{target}: cannot be made ({error.strerror})") from None


_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def _take(lock: int, before: dict[str, Any]) -> bool:
    """Lock a file for as long as this process lives; False if another has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(lock, 1 << 30, os.SEEK_SET)  # far beyond the text, which stays readable
            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # A network's file system may know no locks: then what is written in the file decides.
        return error.errno not in _TAKEN and not _lives(before)
    return True


def _is(lock: int, path: Path) -> bool:
    """Tell whether the file that was opened is still the one of this name."""
    try:
        return os.path.samestat(os.fstat(lock), path.stat())
    except FileNotFoundError:
        return False


def _me() -> dict[str, Any]:
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):  # a number without a name
        user = f"user {os.getuid()}" if hasattr(os, "getuid") else "unknown user"
    return {
        "process": os.getpid(),
        "began": _began(os.getpid()),
        "host": socket.gethostname(),
        "user": user,
        "started": datetime.now().isoformat(timespec="minutes"),
    }


def _read(lock: int) -> dict[str, Any]:
    try:
        found = json.loads(os.read(lock, 4096))
        return {"process": int(found["process"])} | {
            key: one_line(str(found[key])) for key in ("began", "host", "user", "started")
        }
    except (ValueError, KeyError, TypeError):
        return {}


def _began(process: int) -> str:
    """Return when a process began, as the system counts: numbers of processes come again."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _lives(owner: dict[str, Any]) -> bool:
    """Tell whether the process that wrote this still runs, as far as can be known."""
    if not owner:
        return False
    if owner["host"] != socket.gethostname() or sys.platform == "win32":
        return True
    try:
        os.kill(owner["process"], 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return _began(owner["process"]) == owner["began"]


def _described(owner: dict[str, Any]) -> str:
    if not owner:
        return ""
    day, _, time = owner["started"].partition("T")
    when = time if day == datetime.now().date().isoformat() else f"{day} {time}"
    on = "" if owner["host"] == socket.gethostname() else f" on {owner['host']}"
    return f" (process {owner['process']}{on}, started {when}, {owner['user']})"


def _held(target: Path, folder: Path, owner: dict[str, Any], otherwise: str) -> InputError:
    elsewhere = bool(owner) and owner["host"] != socket.gethostname()
    dead = f"; if that process is no more, remove {folder}" if elsewhere or not owner else ""
    return InputError(
        f"{target.name}: another run{_described(owner)} is writing here; {otherwise}{dead}"
    )


def _cleared(target: Path, folder: Path, owner: dict[str, Any]) -> str:
    """Clear what a run that was killed left; finished phases stay. Return what to tell."""
    left = [name for name in OURS if (folder / name).exists()]
    if not left and not owner:
        return ""
    waiting = folder / EARLIER / target.name
    if waiting.is_dir() and not target.exists():  # killed between the old result and the new
        waiting.rename(target)
    for name in (NEW, EARLIER, SCRATCH):
        shutil.rmtree(folder / name, ignore_errors=True)
    return f"Cleared what a run{_described(owner)} left, which was stopped before its end."
