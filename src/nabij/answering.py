"""What all commands share: messages in place of traces, the bar of long work, caches."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from nabij import telling
from nabij.errors import InputError, one_line
from nabij.outside.address import masked

if TYPE_CHECKING:
    from nabij.progress import Progress

# Wrong use or input; stopped by Ctrl-C, as shells count it.
WRONG_INPUT, STOPPED = 2, 130

Command = TypeVar("Command", bound=Callable[..., Any])
Debug = Annotated[
    bool, typer.Option("--debug", help="Show the whole trace of an unexpected error.")
]


def answering(command: Command) -> Command:
    """Turn what goes wrong into a message and an exit code, never a traceback."""

    @functools.wraps(command)
    def guarded(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except typer.Exit:
            raise
        except InputError as error:
            _fail(str(error), WRONG_INPUT)
        except KeyboardInterrupt as stop:
            _fail(str(stop) or "Stopped. Nothing was written.", STOPPED, heading="")
        except MemoryError:
            _fail("Not enough memory for this register. Nothing was written.", 1)
        except BrokenPipeError:  # whoever reads the output may stop, as in  nabij check | head
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(1) from None
        except OSError as error:
            _fail(f"{error.filename or 'A file'}: {error.strerror or error}", 1)
        except Exception as error:
            if options.get("debug"):
                raise
            _fail(
                f"Unexpected: {type(error).__name__}: {error}\n"
                "This is a fault in nabij. Please report it with what  --debug  shows.",
                1,
            )

    # A paragraph of help is one line, broken where the terminal ends.
    paragraphs = (command.__doc__ or "").split("\n\n")
    guarded.__doc__ = "\n\n".join(" ".join(text.split()) for text in paragraphs)
    return guarded  # type: ignore[return-value]


def require_caches() -> None:
    """Give libraries a folder for their caches where the user has none; say what is not kept."""
    import atexit
    import shutil
    import tempfile

    from nabij.proximity.cache import cache_folder, cache_place

    if cache_folder() is not None:
        return
    place = cache_place()
    parents = [] if place is None else [*place.parents]
    if any(parent.is_dir() and os.access(parent, os.W_OK) for parent in parents[:2]):
        why = f"others can write in {place}, or wrote there. Remove it"
    else:
        why = "no folder for it can be written. Set HOME"
        with suppress(OSError):
            passing = tempfile.mkdtemp(prefix="nabij-")
            atexit.register(shutil.rmtree, passing, ignore_errors=True)
            os.environ.setdefault("MPLCONFIGDIR", passing)
            os.environ["XDG_CACHE_HOME"] = passing  # of fonts, and for this run of ours
    telling.aside(
        f"What is compiled is not kept for a next run: {why}, or set XDG_CACHE_HOME to a folder "
        "of your own."
    )


def _fail(message: str, code: int, heading: str = "Error: ") -> None:
    from rich.text import Text

    # Text, not markup: a name with square brackets is a name. Nothing that a terminal would obey.
    message = "\n".join(one_line(line, most=10_000) for line in masked(message).split("\n"))
    telling.console_of(stderr=True).print(
        Text(heading, style="bold red") + Text(message), soft_wrap=True
    )
    raise typer.Exit(code)


@contextmanager
def progress_bar(language: str = "en") -> Iterator[Progress]:
    """Yield a progress callback that draws one bar, the step at hand, on a terminal."""
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from nabij.language import Language

    console = telling.console_of(stderr=True)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bars:
        task = bars.add_task("Starting", total=1.0)

        words = Language(language)

        def tell(message: str, fraction: float) -> None:
            message = words.step(message)
            if message != bars.tasks[0].description:
                bars.reset(task, description=message)  # each step has its own time
            bars.update(task, completed=fraction)

        yield tell
