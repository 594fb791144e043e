"""Packs a pipeline as upstream's package does: build_code_locally(), then create_code_archive()."""

import logging
import sys
from pathlib import Path

from yt_framework.operations.upload import build_code_locally, create_code_archive

pipeline, folder = (Path(argument) for argument in sys.argv[1:])
logger = logging.getLogger("bench")
build_code_locally(
    build_dir=folder / "source",
    pipeline_dir=pipeline,
    logger=logger,
    create_wrappers=True,
    upload_paths=[{"source": "lib/stdlib"}, {"source": "lib/packages"}],
)
create_code_archive(
    build_dir=folder / "source",
    archive_path=folder / "source.tar.gz",
    logger=logger,
)
