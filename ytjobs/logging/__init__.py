"""Logging for jobs; see :mod:`ytjobs.logging.logger`."""
