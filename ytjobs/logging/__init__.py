"""Logging for jobs, and keeping their stdout free of anything but rows."""

from .logger import get_logger, log_with_extra
from .silencer import manage_output, redirect_stdout_to_stderr, suppress_all_output

__all__ = [
    "get_logger",
    "log_with_extra",
    "manage_output",
    "redirect_stdout_to_stderr",
    "suppress_all_output",
]
