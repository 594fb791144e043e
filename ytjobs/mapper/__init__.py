"""Jobs as functions of rows: reading JSON lines from stdin, writing JSON lines to stdout."""

from .mappers import BatchMapper, StreamMapper
from .utils import read_input_rows

__all__ = ["BatchMapper", "StreamMapper", "read_input_rows"]
