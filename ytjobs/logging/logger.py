"""Loggers that write to stderr, because the stdout of a job is its output table."""

import logging
import os
import time
from typing import Optional, Union

__all__ = ["TextFormatter", "get_logger", "log_with_extra"]

_VARIABLE = "JOB_LOG_LEVEL"
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

# What every record has, those that a formatter adds included; the rest came with ``extra``.
_OWN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"asctime", "message", "taskName"}

# Of a longer text a line of a log shows the beginning, in characters.
_MAX_TEXT = 100


class TextFormatter(logging.Formatter):
    """Formats a record as a line: time, level, logger, message.

    What came with ``extra`` follows as ``| key=value``.
    """

    # UTC: the jobs of one operation may run on machines in several time zones.
    converter = time.gmtime

    def __init__(self) -> None:
        super().__init__(
            "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s",
            datefmt="%Y-%m-%dT%H:%M:%S",
        )

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line of a record; the base class appends tracebacks to it."""
        line = super().formatMessage(record)
        extra = [
            f"{key}={_shorten(value)}"
            for key, value in vars(record).items()
            if key not in _OWN_FIELDS and not key.startswith("_")
        ]
        return f"{line} | {' '.join(extra)}" if extra else line


class _JobHandler(logging.StreamHandler):
    """Marks the handler that this module has added, so that it is added once only."""

    def __init__(self) -> None:
        super().__init__()  # Without a stream of its own a StreamHandler takes stderr.
        self.setFormatter(TextFormatter())


def get_logger(
    name: Optional[str] = None, level: Optional[Union[int, str]] = None
) -> logging.Logger:
    """Return the logger called ``name``, set up to write to stderr.

    Args:
        name: The logger's name; without one it is the root logger.
        level: What is written: ``logging.INFO``, ``"INFO"`` and so on. Without one
            the environment variable ``JOB_LOG_LEVEL`` chooses ``DEBUG``, ``INFO``
            (the default), ``WARNING``, ``ERROR`` or ``CRITICAL``.

    A second call with the same name returns the same logger, and changes nothing
    but the level, when one is given.

    Raises:
        ValueError: The level, or ``JOB_LOG_LEVEL``, is something else.
    """
    logger = logging.getLogger(name)
    is_new = not any(isinstance(handler, _JobHandler) for handler in logger.handlers)
    if level is not None:
        logger.setLevel(level)
    elif is_new:
        logger.setLevel(_read_level())
    if is_new:
        logger.addHandler(_JobHandler())
        # A logger above this one may have a handler too: each line is written once.
        logger.propagate = False
    return logger


def log_with_extra(logger: logging.Logger, level: int, message: str, **kwargs: object) -> None:
    """Log ``message``, followed by ``key=value`` for each of the keyword arguments.

    Raises:
        KeyError: One of them has the name of a field of :class:`logging.LogRecord`.
    """
    logger.log(level, message, extra=kwargs)


def _shorten(value: object) -> str:
    text = str(value)
    if isinstance(value, str) and len(text) > _MAX_TEXT:
        return text[: _MAX_TEXT - 3] + "..."
    return text


def _read_level() -> str:
    value = os.environ.get(_VARIABLE) or "INFO"
    level = value.upper()
    if level not in _LEVELS:
        raise ValueError(
            f'Cannot set up logging: {_VARIABLE} is "{value}"; use one of {", ".join(_LEVELS)}'
        )
    return level
