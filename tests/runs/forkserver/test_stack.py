"""What `faulthandler` writes is read back."""

from __future__ import annotations

import faulthandler
import tempfile
import threading
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_mlinfra.runs.forkserver.stack import read_stack


def test_gives_the_calls_innermost_first_beginning_with_the_thread_that_wrote() -> None:
    begun, release = threading.Event(), threading.Event()
    other = threading.Thread(target=_waits_in_another_thread, args=(begun, release))
    other.start()
    begun.wait()
    with tempfile.TemporaryFile() as file:
        faulthandler.dump_traceback(file, all_threads=True)
        file.seek(0)
        frames = read_stack(file.read().decode())
    release.set()
    other.join()

    functions = [frame.function for frame in frames]
    here = functions.index(
        "test_gives_the_calls_innermost_first_beginning_with_the_thread_that_wrote"
    )
    assert here == 0
    assert Path(frames[here].path) == Path(__file__)
    assert here < functions.index("_waits_in_another_thread")


def _waits_in_another_thread(begun: threading.Event, release: threading.Event) -> None:
    begun.set()
    release.wait()


@settings(deadline=None)
@given(st.text())
def test_whatever_is_written_does_no_harm(text: str) -> None:
    assert isinstance(read_stack(text), tuple)
