"""How files are had from the maker's hub: a script of its own, so that any error of the client is one failed call."""

from __future__ import annotations

import sys
from pathlib import Path

ANSWER_SECONDS = 10  # for a first answer; where there is no network, a download alone would try for half a minute


def fetch(repository: str, revision: str, directory: Path, files: list[str]) -> None:
    """Put files of a repository at one revision into a directory."""
    from huggingface_hub import HfApi, hf_hub_download

    HfApi().model_info(repository, revision=revision, timeout=ANSWER_SECONDS)
    for file in files:
        hf_hub_download(repository, file, revision=revision, local_dir=directory)


if __name__ == "__main__":
    fetch(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4:])
