"""Read a file of others in a process of its own, with limits of memory and time.

A spreadsheet of 5 KB can ask for terabytes, a view in a GeoPackage can run for ever, a shape nested
thousands deep ends the process that reads it. Here that process is not the user's, and its end is
a message. Each call is forked from one server that has loaded little, so that it costs
milliseconds. The answer comes back in a file without a name, which no end of any process leaves
behind. Systems that cannot fork, and applications that carry no Python that can be started, read
in the process itself.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from nabij.errors import InputError
from nabij.interpreter import python
from nabij.workplace import scratch_folder

Answer = TypeVar("Answer")

# Workbooks, the densest kind, need up to some 40 times their size; a zip bomb 1,000 times.
ROOM_BYTES = 768 << 20
ROOM_TIMES = 64
SECONDS = 60
SECONDS_PER_MEGABYTE = 1
# What readers load: loaded once, in the server.
LIBRARIES = ("geopandas", "pyogrio", "nabij.register.kinds")
# Kinds that a file of any name may be, and that open other files or the network.
NOT_LOADED = (
    "OGR_VRT,GDALG,HTTP,WFS,OAPIF,OGCAPI,CSW,ADBC,AmigoCloud,Carto,EEDA,Elasticsearch,NGW,PLSCENES"
)
NOT_BEGUN = 1000
HEAD = 8
ENDED_BY_MEMORY = ("SIGABRT", "SIGKILL")

_turn = threading.Lock()
_is_apart = False
_server: tuple[int, subprocess.Popen[bytes], socket.socket] | None = None


def is_possible() -> bool:
    """Tell whether files are read in a process of their own on this system."""
    return hasattr(os, "fork") and hasattr(socket, "send_fds") and python() is not None


def call(function: Callable[..., Answer], path: Path, *arguments: Any) -> Answer:
    """Return ``function(path, *arguments)``, computed apart.

    Parameters
    ----------
    function : callable
        A function of a module; its answer can be pickled.
    path : Path
        The file to read, which sets the limits: they grow with its size.

    Raises
    ------
    InputError
        The function's own, or because a limit was reached or the process ended.
    """
    if _is_apart or not is_possible():
        return function(path, *arguments)
    size = path.stat().st_size if path.is_file() else 0
    memory = ROOM_BYTES + ROOM_TIMES * size
    seconds = SECONDS + SECONDS_PER_MEGABYTE * (size >> 20)
    with _nameless(path) as place:
        status = _ask(
            pickle.dumps((os.getcwd(), memory, seconds, function, path, arguments)), place.fileno()
        )
        if status == 0:
            place.seek(0)
            answer, error = pickle.load(place)
    if status:
        raise _stopped(path, status, memory, seconds)
    if isinstance(error, MemoryError):
        raise _too_large(path, memory)
    if error is not None:
        raise error
    return answer


def _nameless(path: Path) -> Any:
    """Open a file for an answer, which nobody else can find."""
    try:
        return tempfile.TemporaryFile(dir=scratch_folder())
    except OSError as error:
        raise _no_room(path, error) from None


def _no_room(path: Path, error: OSError) -> InputError:
    return InputError(
        f"{path}: no file for passing use can be written ({error.strerror}); set TMPDIR to a "
        "folder with more room"
    )


def _stopped(path: Path, status: int, memory: int, seconds: int) -> InputError:
    if status == NOT_BEGUN:
        return InputError(
            f"{path}: the process that reads the files of others cannot be started with "
            f"{python()}; is this Python, with nabij, whole?"
        )
    name = signal.Signals(-status).name if status < 0 else f"status {status}"
    if name == "SIGALRM":
        return InputError(
            f"{path}: was not read within {seconds} s (a view without an end?); save what "
            "it holds as a table in a new file"
        )
    if name in ENDED_BY_MEMORY:
        return _too_large(path, memory)
    return InputError(
        f"{path}: ended the process that read it ({name}): damaged, or nested too deep? Save what "
        "it holds in a new file"
    )


def _too_large(path: Path, memory: int) -> InputError:
    return InputError(
        f"{path}: takes more than {memory >> 20} MB of memory to read, far more than a file of its "
        "size should (a cell or a view far beyond the data?); save only the rows and columns with "
        "data in a new file, or as CSV"
    )


def _ask(task: bytes, place: int) -> int:
    """Have the server run a task and write its answer in a file; return how its process ended."""
    global _server
    with _turn:
        # A server belongs to one process: one that was forked from it starts its own.
        if _server is None or _server[0] != os.getpid() or _server[1].poll() is not None:
            _server = os.getpid(), *_start()
        _, server, line = _server
        try:
            socket.send_fds(line, [len(task).to_bytes(HEAD, "big")], [place])
            line.sendall(task)
            end = line.recv(HEAD, socket.MSG_WAITALL)
            if len(end) == HEAD:
                return int.from_bytes(end, "big", signed=True)
            _stop(server)
        except OSError:  # it is gone
            _stop(server)
        except BaseException:
            _stop(server)
            raise
        return NOT_BEGUN


def _stop(server: subprocess.Popen[bytes]) -> None:
    global _server
    _server = None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def _start() -> tuple[subprocess.Popen[bytes], socket.socket]:
    # Threads and allocators that reserve memory ahead would count as used.
    lean = {
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "GDAL_SKIP": NOT_LOADED,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    ours, its = socket.socketpair()
    program = python()
    assert program is not None
    with its:
        # -P: nothing is loaded from the folder that the user stands in.
        server = subprocess.Popen(
            [program, "-P", "-c", f"from nabij.apart import serve; serve({its.fileno()})"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # libraries write there what our messages say
            env={**os.environ, **lean},
            start_new_session=True,
            pass_fds=[its.fileno()],
        )
    return server, ours


def serve(number: int) -> None:
    """Run tasks that come through a socket, each in a fork, and tell how each ended."""
    for library in LIBRARIES:
        __import__(library)
    line = socket.socket(fileno=number)
    while True:
        head, files, _, _ = socket.recv_fds(line, HEAD, 1)
        if not head:
            return
        task = line.recv(int.from_bytes(head, "big"), socket.MSG_WAITALL)
        child = os.fork()
        if child == 0:
            try:
                line.close()
                _run(task, files[0])
            finally:
                os._exit(1)
        os.close(files[0])
        _, status = os.waitpid(child, 0)
        line.sendall(os.waitstatus_to_exitcode(status).to_bytes(HEAD, "big", signed=True))


def _run(task: bytes, place: int) -> None:
    global _is_apart
    _is_apart = True
    folder, memory, seconds, function, path, arguments = pickle.loads(task)
    os.chdir(folder)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds)
    _limit(memory)
    answer, wrong = None, None
    try:
        answer = function(path, *arguments)
    except Exception as error:
        wrong = error
    try:
        _write(place, answer, wrong)
    except OSError as error:
        _write(place, None, _no_room(path, error))
    except MemoryError as error:
        _write(place, None, error)
    os._exit(0)


def _write(place: int, answer: Any, error: Exception | None) -> None:
    os.ftruncate(place, 0)
    os.lseek(place, 0, os.SEEK_SET)
    with os.fdopen(place, "wb", closefd=False) as file:
        pickle.dump((answer, error), file, protocol=pickle.HIGHEST_PROTOCOL)


def _limit(memory: int) -> None:
    """Allow this many bytes beside what is in use; no file of a dead process is kept."""
    import resource

    used = 0
    with contextlib.suppress(OSError):  # a system without /proc
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        used = pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
