"""What of a record no graph holds, and why: a reader needs it from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from give_ld.model.annotation import Segment
from give_ld.model.person import Photo
from give_ld.model.run import Sidecar
from give_ld.model.status import Status

KEPT_ELSEWHERE = {
    "FaceMatch.fingerprint": "the name of a biometric; it lies in the biometric store, the journal names it",
    "UnknownFace.fingerprint": "the name of a biometric; it lies in the biometric store, the journal names it",
    "Run.sidecar": "names the file that biometrics came in; the journal has it",
    "ReferencePerson.photos": "name biometrics and their makers; the graph has their number, the journal the rest",
    "Transcript.segments": "are a file: its WebVTT has times and words, the journal the decoder's doubts as well",
    "Validation.before": "is the status that it found; the graph has the status now, the journal each in its order",
    "Validation.user": "a natural person; the graph has an IRI that only this instance can make of the user's id",
    "Admission.user": "a natural person; the graph has an IRI that only this instance can make of the user's id",
}
"""By model and field; every other field comes back from the graph as it was."""


@dataclass(frozen=True)
class Kept:
    """The parts that are kept elsewhere, for who has them.

    `users` are the opaque ids by their IRIs, `before` the statuses that decisions found, by the id of the decision.
    """

    fingerprint: UUID | None = None
    sidecar: Sidecar | None = None
    photos: tuple[Photo, ...] = ()
    segments: tuple[Segment, ...] = ()
    users: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[UUID, Status] = field(default_factory=dict)


NOTHING = Kept()
