"""Sidecars: what is read, and what is refused by name."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from give_ld.biometrics.sidecar import read_sidecar
from give_ld.biometrics.vault import Vault
from give_ld.errors import BadSidecar, Damaged
from give_ld.model.run import Run, Sidecar
from tests.factories import MODEL, a_run

LINE = {
    "id": "0b8f6d0a-5a4c-4b4e-9e71-54d0a0c0f001",
    "model_sha256": MODEL.sha256,
    "vector": base64.b64encode(bytes(2048)).decode(),
    "crop": base64.b64encode(b"a crop").decode(),
}


def written(directory: Path, content: bytes) -> tuple[Path, Run]:
    path = directory / "run.faces"
    path.write_bytes(content)
    return path, a_run(sidecar=Sidecar(name=path.name, sha256=hashlib.sha256(content).hexdigest()))


def test_fingerprints_come_back_with_their_crops(tmp_path: Path) -> None:
    path, run = written(tmp_path, json.dumps(LINE).encode() + b"\n")
    (found,) = read_sidecar(path, run, None)
    assert (found.id, found.crop, len(found.vector), found.partner) == (LINE["id"], b"a crop", 2048, run.partner)


def test_an_encrypted_sidecar_opens_with_its_key_and_with_no_other(tmp_path: Path) -> None:
    key = Fernet.generate_key()
    path, run = written(tmp_path, Fernet(key).encrypt(json.dumps(LINE).encode()))
    assert len(read_sidecar(path, run, key.decode())) == 1
    for wrong in (None, Fernet.generate_key().decode(), "no key"):
        with pytest.raises(BadSidecar) as caught:
            read_sidecar(path, run, wrong)
        assert caught.value.rule == "sidecar-key"
        assert "GIVE_LD_SIDECAR_KEY" in caught.value.message


@pytest.mark.parametrize(
    "line",
    [LINE | {"vector": "not base64!"}, LINE | {"id": "1"}, LINE | {"name": "Marie"}, {}],
    ids=["vector", "id", "name", "empty"],
)
def test_a_line_that_breaks_a_rule_is_refused(tmp_path: Path, line: dict[str, str]) -> None:
    path, run = written(tmp_path, json.dumps(line).encode())
    with pytest.raises(BadSidecar) as caught:
        read_sidecar(path, run, None)
    assert caught.value.rule == "sidecar-line"


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    _, run = written(tmp_path, b"")
    with pytest.raises(BadSidecar, match="put it beside the records"):
        read_sidecar(tmp_path / "elsewhere", run, None)


def test_a_vault_is_private_and_says_when_it_is_damaged(tmp_path: Path) -> None:
    Vault(tmp_path / "vault.sqlite")
    assert (tmp_path / "vault.sqlite").stat().st_mode & 0o077 == 0
    (tmp_path / "broken.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(Damaged, match="restore it"):
        Vault(tmp_path / "broken.sqlite")
