"""Mappers: they read rows, hand them to a function, and write what it yields."""

import itertools
import sys
from typing import Any, Callable, Dict, Iterable, Iterator, Optional

from .utils import log_error, parse_json_line, process_and_write_results

__all__ = ["BatchMapper", "StreamMapper", "iter_nonempty_json_rows_stdin"]


def iter_nonempty_json_rows_stdin() -> Iterator[Any]:
    """Yield the rows of stdin.

    Empty lines and ``null`` are left out; lines that are no JSON are too, with an
    error on stderr.
    """
    for line in map(str.strip, sys.stdin):
        row = parse_json_line(line) if line else None
        if row is not None:
            yield row


class StreamMapper:
    """Calls a function for each row of stdin."""

    def map(
        self,
        processing_func: Callable[..., Iterable[Any]],
        *,
        redirect_processing_output: bool = True,
        **kwargs: Any,
    ) -> None:
        """Write to stdout, as JSON lines, what the function yields for each row.

        Args:
            processing_func: Gets a row, and ``kwargs``.
            redirect_processing_output: Whether what the function prints goes to
                stderr rather than into the table.

        An exception of the function is reported on stderr with the row, and raised.
        """
        for row in iter_nonempty_json_rows_stdin():
            _process(
                processing_func,
                row,
                redirect_processing_output,
                kwargs,
                lambda error, row=row: {"error": f"Processing failed: {error}", "row": row},
            )


class BatchMapper:
    """Calls a function for so many rows of stdin at once."""

    def __init__(self, batch_size: Optional[int] = None) -> None:
        """Set how many rows are a batch; without it all rows are one."""
        self.batch_size = batch_size

    def map(
        self,
        processing_func: Callable[..., Iterable[Any]],
        *,
        redirect_processing_output: bool = True,
        **kwargs: Any,
    ) -> None:
        """Write to stdout, as JSON lines, what the function yields for each batch.

        Args:
            processing_func: Gets a list of rows, never an empty one, and ``kwargs``.
            redirect_processing_output: Whether what the function prints goes to
                stderr rather than into the table.

        An exception of the function is reported on stderr with the size of the
        batch, and raised.
        """
        size = None if self.batch_size is None else max(1, self.batch_size)
        rows = iter_nonempty_json_rows_stdin()
        for number in itertools.count():
            batch = list(itertools.islice(rows, size))
            if not batch:
                return
            report = {"batch_size": len(batch), "batch_number": number}
            _process(
                processing_func,
                batch,
                redirect_processing_output,
                kwargs,
                lambda error, report=report: {"error": f"Processing failed: {error}", **report},
            )


def _process(
    processing_func: Callable[..., Iterable[Any]],
    data: Any,
    redirect_output: bool,
    kwargs: Dict[str, Any],
    report: Callable[[Exception], Dict[str, Any]],
) -> None:
    try:
        process_and_write_results(processing_func, data, redirect_output=redirect_output, **kwargs)
    except Exception as error:
        log_error(report(error))
        raise
