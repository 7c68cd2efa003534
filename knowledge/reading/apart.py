"""Reads what may do harm in a process of its own: HTML, PDF and Word documents.

Their readers are large libraries, and a file can be made so that they never end or eat all memory.
The process is begun when it is first needed, kept for the next file, and ended when a file takes
too long or too much.
"""

import importlib
import logging
import multiprocessing
import signal
import sys
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Any, Final, Self

from knowledge.reading.page import Page, Unreadable

READING_SECONDS: Final = 60.0
_MOST_MEMORY: Final = 3 * 1024**3  # bytes of address space, where the system can hold it to that
_MOST_RECURSION: Final = 10_000
_PATIENCE: Final = 5.0

# A reader is named by its module and function, so that only that process imports it.
Reader = tuple[str, str]
HTML: Final[Reader] = ("knowledge.reading.html", "read_html")
PDF: Final[Reader] = ("knowledge.reading.office", "read_pdf")
DOCX: Final[Reader] = ("knowledge.reading.office", "read_docx")


class Apart:
    """The other process. To be used in one thread, as a context manager."""

    def __init__(self, seconds: float = READING_SECONDS) -> None:
        self._seconds = seconds
        self._process: SpawnProcess | None = None
        self._line: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._end()

    def read(self, reader: Reader, *arguments: object) -> Page:
        """What the reader makes of the arguments. Raises Unreadable."""
        line = self._line or self._begin()
        try:
            line.send((reader, arguments))
            if not line.poll(self._seconds):
                self._end()
                raise Unreadable(
                    f"reading it took more than {self._seconds:,.0f} seconds. Save it again, or as "
                    "another kind."
                )
            read: Page | str = line.recv()
        except (EOFError, OSError) as error:
            self._end()
            raise Unreadable("reading it took more memory than there is. Split it.") from error
        if isinstance(read, str):
            raise Unreadable(read)
        return read

    def _begin(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._line = ours
        return ours

    def _end(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._process is not None:
            self._process.kill()
            self._process.join(_PATIENCE)
            self._process.close()
            self._process = None


def _work(line: Connection) -> None:
    """Read whatever comes, until nothing does any more."""
    # Ctrl-C is for the one who waits for us, and so is what a library has to say of a file.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable()
    sys.setrecursionlimit(_MOST_RECURSION)
    _limit_memory()
    while True:
        try:
            (module, name), arguments = line.recv()
        except (EOFError, OSError):
            return
        line.send(_read(module, name, arguments))


def _read(module: str, name: str, arguments: tuple[Any, ...]) -> Page | str:
    """A page, or why there is none."""
    try:
        reader: Callable[..., Page] = getattr(importlib.import_module(module), name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return reader(*arguments)
    except Unreadable as error:
        return str(error)
    except RecursionError:
        return "its parts are nested too deeply. Save it again, or as another kind."
    except MemoryError:
        return "reading it takes more memory than there is. Split it."
    except Exception as error:  # noqa: BLE001 - whatever such a library trips over is the file's fault
        return f"it is damaged ({type(error).__name__}). Export or save it again."


def _limit_memory() -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - Windows has none

    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = _MOST_MEMORY if most == resource.RLIM_INFINITY else min(_MOST_MEMORY, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))
