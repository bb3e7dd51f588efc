"""What is handed to whom was erased: what was taken out where, what was looked at, and that nothing was found."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from uuid import UUID

from pydantic import ValidationError

from give_ld.erasure.scan import Scan
from give_ld.errors import Damaged
from give_ld.journal.checkpoint import is_signed, public_key, signature
from give_ld.model.base import Instant, Model, Sha256
from give_ld.model.erasure import Erasure, ErasureKind
from give_ld.model.record import describe
from give_ld.rdf.iris import Mint

_DIRECTORY = "certificates"


class Statement(Model):
    """What is certified. `removed` counts what went by place, `looked_at` what was read after it, `found` what is left.

    `state` is a digest over path and content of every file of the instance when it was closed. `namesakes` counts
    guesses about others of the same name: where there are any, the name itself was not looked for.
    """

    format: Literal["give-ld-erasure/1"] = "give-ld-erasure/1"
    instance: str
    erasure: UUID
    kind: ErasureKind
    reason: str
    time: Instant
    entry: int
    removed: dict[str, int]
    looked_at: dict[str, int]
    found: dict[str, int]
    namesakes: int
    engines: int
    state: Sha256


class Certificate(Model):
    """A statement with its Ed25519 signature (RFC 8032) and the public key, both in base64."""

    statement: Statement
    key: str
    signature: str

    @property
    def is_clean(self) -> bool:
        """Return whether nothing was found any more."""
        return not self.statement.found


def certify(mint: Mint, erasure: tuple[Erasure, int], statement: dict[str, object]) -> Certificate:
    """Return the signed certificate of an erasure, which is that entry of the journal."""
    done, entry = erasure
    stated = {"instance": mint.base, "erasure": done.id, "kind": done.kind, "reason": done.reason, "time": done.ended}
    made = Statement.model_validate({**stated, "entry": entry, **statement})
    signed = signature(mint.secret, made.model_dump_json().encode())
    return Certificate(statement=made, key=public_key(mint.secret), signature=signed)


def found_in(directory: Path, scan: Scan) -> dict[str, int]:
    """Return the hits of a scan by file, as a certificate names files."""
    return {str(path.relative_to(directory)): hits for path, hits in scan.hits.items()}


def keep_certificate(home: Path, certificate: Certificate) -> None:
    """Keep a certificate in a home, for programs and as text."""
    directory = home / _DIRECTORY
    directory.mkdir(exist_ok=True, mode=0o700)
    file = directory / f"erasure-{certificate.statement.erasure}.json"
    file.write_text(certificate.model_dump_json(indent=1))
    file.with_suffix(".txt").write_text(in_words(certificate), encoding="utf-8")


def read_certificate(home: Path, erasure: UUID, key: str) -> Certificate | None:
    """Return the certificate of an erasure that a home keeps, or None; `key` is the public key of the instance.

    Raises:
        Damaged: it was altered, or is that of another instance.
    """
    file = home / _DIRECTORY / f"erasure-{erasure}.json"
    if not file.is_file():
        return None
    try:
        kept = Certificate.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise Damaged(f"{file.name} is no certificate: {describe(error)}", rule="certificate") from error
    if not is_signed(kept.statement.model_dump_json().encode(), kept.signature, key):
        raise Damaged(f"{file.name} was altered, or is of another instance", rule="certificate")
    return kept


_WORDS = {
    "title": "Certificate of erasure / Bewijs van verwijdering / Certificat d'effacement",
    "removed": "Removed / verwijderd / supprimé",
    "looked_at": "Looked at afterwards / daarna bekeken / examiné ensuite",
    "found": "Still found / nog gevonden / encore trouvé",
    "nothing": "nothing / niets / rien",
    "namesakes": "Others of the same name, left alone / naamgenoten, behouden / homonymes, conservés",
    "engines": "Engines that the next push clears / servers die de volgende push leegmaakt / "
    "serveurs vidés au prochain envoi",
}


def in_words(certificate: Certificate) -> str:
    """Return a certificate as a page of text, in English, Dutch and French."""
    said = certificate.statement
    lines = [_WORDS["title"], "", f"{said.instance}  {said.time.isoformat()}", f"{said.kind}: {said.reason}"]
    lines += [f"id {said.erasure}, journal {said.entry}"]
    for part in ("removed", "looked_at", "found"):
        counts: dict[str, int] = getattr(said, part)
        lines += ["", _WORDS[part]]
        lines += [f"  {name}: {count}" for name, count in counts.items()] or [f"  {_WORDS['nothing']}"]
    lines += ["", f"{_WORDS['namesakes']}: {said.namesakes}", f"{_WORDS['engines']}: {said.engines}"]
    lines += [f"sha256 {said.state}", f"Ed25519 {certificate.signature}", f"key {certificate.key}"]
    return "\n".join([*lines, ""])
