"""Keeps what libraries print out of stdout, which is the output table of a job."""

import contextlib
import functools
import os
import sys
from typing import Any, Callable, Iterator, TypeVar

__all__ = ["manage_output", "redirect_stdout_to_stderr", "suppress_all_output"]

_Function = TypeVar("_Function", bound=Callable[..., Any])


@contextlib.contextmanager
def redirect_stdout_to_stderr() -> Iterator[None]:
    """Have everything that Python code prints go to stderr.

    What writes to file descriptor 1 by itself, such as a child process, is not
    redirected; see :func:`suppress_all_output`.
    """
    with contextlib.redirect_stdout(sys.stderr):
        yield


@contextlib.contextmanager
def suppress_all_output() -> Iterator[None]:
    """Discard stdout and stderr, what libraries in C and child processes write included."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    with contextlib.ExitStack() as stack:
        nowhere = stack.enter_context(open(os.devnull, "w", encoding="utf-8"))
        for descriptor in (1, 2):
            copy = os.dup(descriptor)
            stack.callback(os.close, copy)
            stack.callback(os.dup2, copy, descriptor)
            os.dup2(nowhere.fileno(), descriptor)
        stack.enter_context(contextlib.redirect_stdout(nowhere))
        stack.enter_context(contextlib.redirect_stderr(nowhere))
        yield


_CONTEXTS = {"redirect": redirect_stdout_to_stderr, "suppress": suppress_all_output}


def manage_output(mode: str = "redirect") -> Callable[[_Function], _Function]:
    """Return a decorator for functions that print.

    Args:
        mode: ``"redirect"`` sends what they print to stderr,
            see :func:`redirect_stdout_to_stderr`; ``"suppress"`` discards it,
            see :func:`suppress_all_output`.

    Raises:
        ValueError: The mode is another word.
    """
    if mode not in _CONTEXTS:
        raise ValueError(f'Cannot manage output: the mode is "{mode}"; use "redirect" or "suppress"')

    def decorate(function: _Function) -> _Function:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            with _CONTEXTS[mode]():
                return function(*args, **kwargs)

        return call  # type: ignore[return-value]

    return decorate
