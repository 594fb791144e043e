"""What a job needs to know about the place it runs in.

This package is at the root of every code archive, so that a mapper, a reducer or
a vanilla job can import it without installing anything. It needs Python 3.8 or
newer and nothing outside the standard library.
"""

from .config import get_config_path
from .logging import get_logger, log_with_extra, redirect_stdout_to_stderr
from .mapper import BatchMapper, StreamMapper, read_input_rows

__all__ = [
    "BatchMapper",
    "StreamMapper",
    "get_config_path",
    "get_logger",
    "log_with_extra",
    "read_input_rows",
    "redirect_stdout_to_stderr",
]
