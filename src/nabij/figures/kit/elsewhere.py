"""Save figures in a second process, while this one has other work.

Drawing letters and packing files keeps one core busy, whatever the number of threads. The second
process is a plain interpreter, so that a script of the user's need not be written for it.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, BinaryIO

from nabij.cores import usable_cores
from nabij.figures.kit.saving import save
from nabij.interpreter import python

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Job = tuple["Figure", Path]

_CODE = """
import sys
sys.path[:] = {path!r}
from {module} import work
work(sys.stdin.buffer, sys.stdout.buffer)
"""


class Elsewhere:
    """Figures on their way to files.

    Parameters
    ----------
    process : subprocess.Popen or None
        None where there is no second core to use; then all is done in `finish`.
    """

    def __init__(self, process: subprocess.Popen[bytes] | None) -> None:
        self._process = process
        self._coming: SimpleQueue[Job | None] = SimpleQueue()
        self._sent: list[Job] = []
        if process is not None:
            Thread(target=self._send, args=(process,), daemon=True).start()

    def save(self, figure: Figure, path: Path) -> None:
        """Let a figure be saved, as `nabij.figures.save` does, by the end of `finish`."""
        self._coming.put((figure, path))

    def finish(self) -> None:
        """Save here what is still to be begun, and wait for the rest."""
        with suppress(Empty):
            while (job := self._coming.get_nowait()) is not None:
                save(*job)
        self._coming.put(None)
        if self._process is not None and self._process.wait() != 0:
            for job in self._sent:
                save(*job)

    def _send(self, process: subprocess.Popen[bytes]) -> None:
        """Send one figure after the other, each when the one before it is saved."""
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(OSError), process.stdin as pipe:  # the other end may be gone
            while (job := self._coming.get()) is not None:
                self._sent.append(job)
                pickle.dump(job, pipe, protocol=pickle.HIGHEST_PROTOCOL)
                pipe.flush()
                if not process.stdout.read(1):
                    return


@contextmanager
def elsewhere(*, wanted: bool = True) -> Iterator[Elsewhere]:
    """Yield what saves figures in a second process; nothing is at work any more afterwards.

    Parameters
    ----------
    wanted : bool
        Without, all is done in this process, in `Elsewhere.finish`.
    """
    process = _start() if wanted else None
    try:
        yield Elsewhere(process)
    finally:
        if process is not None:
            process.kill()
            process.wait()


def _start() -> subprocess.Popen[bytes] | None:
    program = python()
    if program is None or usable_cores() < 2:
        return None
    code = _CODE.format(path=sys.path, module=__name__)
    try:
        return subprocess.Popen(
            [program, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the first process, which ends the second
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError:
        return None


def work(pipe: BinaryIO, told: BinaryIO) -> None:
    """Save what comes through a pipe until it ends, and tell of each: the second process."""
    with suppress(EOFError):
        while True:
            save(*pickle.load(pipe))
            told.write(b".")
            told.flush()
