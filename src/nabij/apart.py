"""Read a file of others in a process of its own, with limits of memory and time.

A spreadsheet of 5 KB can ask for terabytes, a view in a GeoPackage can run for ever, a shape nested
thousands deep ends the process that reads it. Here that process is not the user's, and its end is
a message. Each call is forked from one server that has loaded little, so that it costs
milliseconds. Systems that cannot fork read in the process itself.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from nabij.errors import InputError

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
ENDED_BY_MEMORY = ("SIGABRT", "SIGKILL")

_turn = threading.Lock()
_is_apart = False
_server: tuple[int, subprocess.Popen[bytes]] | None = None


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
    if _is_apart or not hasattr(os, "fork"):
        return function(path, *arguments)
    size = path.stat().st_size if path.is_file() else 0
    memory = ROOM_BYTES + ROOM_TIMES * size
    seconds = SECONDS + SECONDS_PER_MEGABYTE * (size >> 20)
    with tempfile.TemporaryDirectory(prefix="nabij-") as folder:
        place = Path(folder) / "answer"
        task = (os.getcwd(), str(place), memory, seconds, function, path, arguments)
        status = _ask(pickle.dumps(task))
        if status == 0:
            with place.open("rb") as file:
                answer, error = pickle.load(file)
    if status:
        raise _stopped(path, status, memory, seconds)
    if isinstance(error, MemoryError):
        raise _too_large(path, memory)
    if error is not None:
        raise error
    return answer


def _stopped(path: Path, status: int, memory: int, seconds: int) -> InputError:
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


def _ask(task: bytes) -> int:
    """Have the server run a task; return how its process ended."""
    global _server
    with _turn:
        # A server belongs to one process: one that was forked from it starts its own.
        if _server is None or _server[0] != os.getpid() or _server[1].poll() is not None:
            _server = os.getpid(), _start()
        server = _server[1]
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            server.stdin.write(len(task).to_bytes(8, "big") + task)
            server.stdin.flush()
            return int(server.stdout.readline())
        except BaseException:
            _server = None
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()
            raise


def _start() -> subprocess.Popen[bytes]:
    # Threads and allocators that reserve memory ahead would count as used.
    lean = {
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "GDAL_SKIP": NOT_LOADED,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    # -P: nothing is loaded from the folder that the user stands in.
    return subprocess.Popen(
        [sys.executable, "-P", "-c", "from nabij.apart import serve; serve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # libraries write there what our messages say
        env={**os.environ, **lean},
        start_new_session=True,
    )


def serve() -> None:
    """Run tasks from standard input, each in a fork, and tell how each ended."""
    for library in LIBRARIES:
        __import__(library)
    tasks, ends = sys.stdin.buffer, os.dup(1)
    os.dup2(2, 1)
    while head := tasks.read(8):
        task = tasks.read(int.from_bytes(head, "big"))
        child = os.fork()
        if child == 0:
            try:
                _run(task)
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        os.write(ends, b"%d\n" % os.waitstatus_to_exitcode(status))


def _run(task: bytes) -> None:
    global _is_apart
    _is_apart = True
    folder, place, memory, seconds, function, path, arguments = pickle.loads(task)
    os.chdir(folder)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds)
    _limit(memory)
    try:
        _write(place, function(path, *arguments), None)
    except Exception as error:
        _write(place, None, error)
    os._exit(0)


def _write(place: str, answer: Any, error: Exception | None) -> None:
    with open(place, "wb") as file:
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
