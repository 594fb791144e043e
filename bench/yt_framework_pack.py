"""Packs a pipeline as upstream's package does: build_code_locally(), then create_code_archive().

With a proxy and a build folder it is uploaded, too, as upload_code_archive() does with upstream's client of the cluster.
"""

import logging
import sys
from pathlib import Path

from yt_framework.operations.upload import build_code_locally, create_code_archive

pipeline, folder = (Path(argument) for argument in sys.argv[1:3])
place = sys.argv[3:]
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

if place:
    import yt.wrapper as yt

    proxy, build_folder = place
    client = yt.YtClient(proxy, config={"proxy": {"enable_proxy_discovery": False}})
    client.create("map_node", build_folder, recursive=True, ignore_existing=True)
    with (folder / "source.tar.gz").open("rb") as archive:
        client.write_file(
            f"{build_folder}/source.tar.gz", archive, force_create=True, compute_md5=True
        )
