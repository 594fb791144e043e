"""Packs a pipeline as the framework's driver does before its first stage, in its dev mode.

Arguments: the pipeline directory, and the configuration file below it. The archive is .build/source.tar.gz.
"""

import sys
from pathlib import Path

from omegaconf import OmegaConf
from yt_framework.core.pipeline import BasePipeline

directory = Path(sys.argv[1]).resolve()
# As `python pipeline.py` has it there.
sys.path.insert(0, str(directory))
configuration = OmegaConf.load(directory / sys.argv[2])
configuration.pipeline.mode = "dev"
BasePipeline(configuration, directory).upload_code()
