"""Rows as JSON lines: reading them, writing them, and telling of those that are none."""

import contextlib
import json
import sys
from typing import Any, Callable, Dict, Iterable, Iterator, Optional

__all__ = ["log_error", "parse_json_line", "process_and_write_results", "read_input_rows"]


def log_error(error_dict: Dict[str, Any]) -> None:
    """Write an error to stderr as a line of JSON."""
    # A row may by now hold what JSON does not know; the error is what matters.
    sys.stderr.write(json.dumps(error_dict, default=str) + "\n")
    sys.stderr.flush()


def parse_json_line(line: str) -> Optional[Any]:
    """Return what a line of JSON says, or None, with an error on stderr, when it is none."""
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        log_error({"error": f"Failed to parse row: {error}", "row": line})
        return None


def read_input_rows() -> Iterator[Any]:
    """Yield the rows of stdin, ``null`` included.

    Empty lines are left out; lines that are no JSON are too, with an error on stderr.
    """
    for line in map(str.strip, sys.stdin):
        # Told apart by the text, as parse_json_line() returns None for both.
        row = parse_json_line(line) if line else None
        if row is not None or line == "null":
            yield row


def process_and_write_results(
    processing_func: Callable[..., Iterable[Any]],
    data: Any,
    *,
    redirect_output: bool = True,
    **kwargs: Any,
) -> None:
    """Write to stdout, as JSON lines, what a function yields.

    Args:
        processing_func: Gets ``data`` and ``kwargs``.
        redirect_output: Whether what the function prints goes to stderr.
    """
    table = sys.stdout
    with contextlib.ExitStack() as stack:
        if redirect_output:
            stack.enter_context(contextlib.redirect_stdout(sys.stderr))
        for result in processing_func(data, **kwargs):
            table.write(json.dumps(result) + "\n")
        table.flush()
