"""Where the configuration of the running job is."""

import os
from pathlib import Path

__all__ = ["get_config_path"]

_VARIABLE = "JOB_CONFIG_PATH"


def get_config_path() -> Path:
    """Return the absolute path of the stage's ``config.yaml``.

    The operation wrapper puts it into the environment variable
    ``JOB_CONFIG_PATH`` before it starts the job.

    Raises:
        ValueError: The variable is not set, or is empty.
        FileNotFoundError: The variable names something that is not a file.
    """
    value = os.environ.get(_VARIABLE, "")
    if not value:
        raise ValueError(
            f"Cannot find the job's configuration: {_VARIABLE} is not set; start the job "
            f"through its operation wrapper, or set {_VARIABLE} to the stage's config.yaml"
        )
    # Made absolute at once: a job may change its directory before it opens the file.
    path = Path(os.path.abspath(value))
    if not path.is_file():
        raise FileNotFoundError(
            f'Cannot find the job\'s configuration: {_VARIABLE} is "{value}", and there is '
            f'no file "{path}"; give the stage a config.yaml, or correct {_VARIABLE}'
        )
    return path
