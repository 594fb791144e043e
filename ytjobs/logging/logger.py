"""Loggers that write to stderr, because the stdout of a job is its output table."""

import logging
import os
import time

__all__ = ["get_logger"]

_VARIABLE = "JOB_LOG_LEVEL"
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class _JobHandler(logging.StreamHandler):
    """Marks the handler that this module has added, so that it is added once only."""

    def __init__(self) -> None:
        super().__init__()  # Without a stream of its own a StreamHandler takes stderr.
        formatter = logging.Formatter(
            "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s",
            datefmt="%Y-%m-%dT%H:%M:%S",
        )
        # UTC: the jobs of one operation may run on machines in several time zones.
        formatter.converter = time.gmtime
        self.setFormatter(formatter)


def get_logger(name: str) -> logging.Logger:
    """Return the logger called ``name``, set up to write to stderr.

    The environment variable ``JOB_LOG_LEVEL`` chooses what is written: ``DEBUG``,
    ``INFO`` (the default), ``WARNING``, ``ERROR`` or ``CRITICAL``. A second call
    with the same name returns the same logger and changes nothing.

    Raises:
        ValueError: ``JOB_LOG_LEVEL`` holds something else.
    """
    logger = logging.getLogger(name)
    if not any(isinstance(handler, _JobHandler) for handler in logger.handlers):
        logger.setLevel(_read_level())
        logger.addHandler(_JobHandler())
        # A logger above this one may have a handler too: each line is written once.
        logger.propagate = False
    return logger


def _read_level() -> str:
    value = os.environ.get(_VARIABLE) or "INFO"
    level = value.upper()
    if level not in _LEVELS:
        raise ValueError(
            f'Cannot set up logging: {_VARIABLE} is "{value}"; use one of {", ".join(_LEVELS)}'
        )
    return level
