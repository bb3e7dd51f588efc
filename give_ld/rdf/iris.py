"""Which IRI a thing gets. Keyed ones can be made again by this instance only: nobody else can ask who was proposed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from json.encoder import encode_basestring_ascii
from uuid import UUID

from give_ld.errors import NotFound
from give_ld.model.annotation import Annotation, EntityMention, FaceMatch, SpeakerSegment, Tag, Transcript
from give_ld.model.calibration import Calibrator
from give_ld.model.fragment import Fragment
from give_ld.model.run import Agent, Run
from give_ld.rdf.namespaces import WIKIDATA, Namespaces

# Of a SHA-256 in hexadecimal: 128 bits, so that no second content can be found for one name.
_CONTENT_DIGITS = 32
# Base32 (RFC 4648) of 130 bits in lower case, two letters (ten bits) at a time.
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_SHIFTS = range(120, -1, -10)


def text_digest(text: str) -> str:
    """Return the sha256 of a text in UTF-8, in hexadecimal; a mention names its transcript by it."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def wikidata(qid: str) -> str:
    """Return the IRI of a Wikidata entity."""
    return WIKIDATA + qid


@dataclass(frozen=True)
class Mint:
    """The IRIs of one instance, under its base and with its secret. Every method returns a plain IRI string."""

    base: str
    secret: bytes = field(repr=False)

    @cached_property
    def names(self) -> Namespaces:
        """Return the namespaces under the same base."""
        return Namespaces(self.base)

    def _keyed(self, kind: str, purpose: str, parts: Iterable[str]) -> str:
        # A JSON array keeps the parts apart whatever they hold.
        message = f"[{', '.join(map(encode_basestring_ascii, (purpose, *parts)))}]"
        keyed = self._keyed_hash.copy()
        keyed.update(message.encode("ascii"))
        bits = int.from_bytes(keyed.digest()[:17], "big") >> 6
        return self.names.id(kind, "".join([_PAIRS[bits >> shift & 1023] for shift in _SHIFTS]))

    @cached_property
    def _keyed_hash(self) -> hmac.HMAC:
        return hmac.new(self.secret, digestmod="sha256")

    def annotation(self, run: Run, annotation: Annotation) -> str:
        """Return the IRI of a guess: the same for the same partner, file, kind, fragment and subject, whichever run."""
        parts = (run.partner, run.file.key, annotation.kind, annotation.fragment.media_fragment())
        return self._keyed("annotation", "annotation", (*parts, *_subject(annotation)))

    def correction(self, run: Run, annotation: Annotation, decision: UUID) -> str:
        """Return the IRI of what a person said in the place of a guess: another for each decision."""
        parts = (run.partner, run.file.key, annotation.kind, annotation.fragment.media_fragment())
        return self._keyed("annotation", "correction", (*parts, *_subject(annotation), str(decision)))

    def file(self, key: str, partner: str) -> str:
        """Return the IRI of a media file, by its digest or, where that is unknown, the archive's id."""
        return _file(self, key, partner)

    def access_copy(self, file_key: str, partner: str, pid: str) -> str:
        """Return the IRI of the representation of an item that is a media file."""
        return self._keyed("representation", "access-copy", (partner, pid, file_key))

    def representation(self, partner: str, file_key: str, transcript_sha256: str) -> str:
        """Return the IRI of the representation of an item that is a transcript of a file."""
        return self._keyed("representation", "transcript", (partner, file_key, transcript_sha256))

    def transcript_file(self, partner: str, file_key: str, transcript_sha256: str) -> str:
        """Return the IRI of the WebVTT file of a transcript."""
        return self._keyed("file", "transcript-file", (partner, file_key, transcript_sha256))

    def candidate(self, partner: str, name: str) -> str:
        """Return the IRI of a name without an entity: one a partner and name, so that its mentions meet."""
        return self._keyed("entity-candidate", "candidate", (partner, name))

    def user(self, user_id: str) -> str:
        """Return the IRI of a natural person, who stands in the validation graphs only."""
        return self._keyed("user", "user", (user_id,))

    def link_candidate(self, annotation_iri: str, rank: int) -> str:
        """Return the IRI of the entity that a mention might have meant, by its rank from 1."""
        return f"{annotation_iri}-{rank}"

    def fragment(self, file_iri: str, fragment: Fragment) -> str:
        """Return the Media Fragments URI of a part of a file."""
        return f"{file_iri}#{fragment.media_fragment()}"

    def fixity(self, file_iri: str) -> str:
        """Return the IRI of the checksum of a file."""
        return f"{file_iri}/sha256"

    def item(self, partner: str, pid: str) -> str:
        """Return the IRI of an item."""
        return self.names.id("item", f"{partner}/{pid}")

    def local_id(self, partner: str, pid: str, value: str) -> str:
        """Return the IRI of a number that an archive itself gives an item."""
        return self._keyed("local-identifier", "local-id", (partner, pid, value))

    def source(self, partner: str, pid: str) -> str:
        """Return the IRI of the record of an item in the archive's own system."""
        return self.names.id("source-record", f"{partner}/{pid}")

    def organisation(self, partner: str) -> str:
        """Return the IRI of a partner."""
        return self.names.id("organisation", partner)

    def agent(self, agent: Agent) -> str:
        """Return the IRI of software with its weights: name, version, scoring model, and a digest of all of it."""
        # Of the whole description: nobody can say something else of software that another partner's runs name.
        digest = _content(agent)
        said = (agent.name, agent.version, *(model.name for model in agent.models[:1]), digest)
        return self.names.id("agent", "-".join(part for part in said if part))

    def calibrator(self, calibrator: Calibrator | None) -> str:
        """Return the IRI of a calibrator, its id and its digest: one that was fitted anew is another."""
        if calibrator is None:
            return self.names.id("calibrator", "uncalibrated")
        return self.names.id("calibrator", f"{calibrator.id}-{_content(calibrator)}")

    @property
    def human_calibrator(self) -> str:
        """Return the IRI of what says that a person is sure: 1 by definition."""
        return self.names.id("calibrator", "human")

    def cluster(self, cluster: UUID) -> str:
        """Return the IRI of a group of unknown faces."""
        return self.names.id("face-cluster", str(cluster))

    def voice(self, voice: UUID) -> str:
        """Return the IRI of the group of stretches in which one voice speaks."""
        return self.names.id("voice-cluster", str(voice))

    def tag(self, partner: str, tag: Tag) -> str:
        """Return the IRI of the words of a tag that names no concept: one a partner, type of tag, text and language."""
        return self._keyed("tag", "tag", (partner, tag.tag_type, tag.text, tag.language or ""))

    def run(self, run_id: UUID) -> str:
        """Return the IRI of a run."""
        return self.names.id("run", str(run_id))

    def usage(self, run_id: UUID) -> str:
        """Return the IRI of the use that a run made of its file."""
        return self.names.id("usage", str(run_id))

    def model_file(self, agent_iri: str, rank: int) -> str:
        """Return the IRI of one set of weights of software, by its rank from 1."""
        return f"{agent_iri}/model/{rank}"

    def validation(self, validation_id: UUID) -> str:
        """Return the IRI of a decision about a guess."""
        return self.names.id("validation", str(validation_id))

    def association(self, activity_id: UUID) -> str:
        """Return the IRI of the link between a decision and the person who took it, by the id of the decision."""
        return self.names.id("association", str(activity_id))

    def person(self, person_id: str) -> str:
        """Return the IRI of a reference person."""
        return self.names.id("refset-person", person_id)

    def refset_version(self, version: str) -> str:
        """Return the IRI of a version of the reference set."""
        return self.names.id("refset-version", version)

    def refset_decision(self, decision_id: UUID) -> str:
        """Return the IRI of a decision about the reference set."""
        return self.names.id("refset-decision", str(decision_id))

    def erased(self, iri: str) -> str:
        """Return the IRI under which it is remembered that something was erased: it does not tell what."""
        return self._keyed("erased", "erased", (iri,))

    def kind_of(self, iri: str) -> tuple[str, str]:
        """Return the kind and the local part of an IRI of this instance: ("item", "OR-abc1234/pid").

        Raises:
            NotFound: it is none.
        """
        kind, slash, local = iri.removeprefix(f"{self.base}/id/").partition("/")
        if not iri.startswith(f"{self.base}/id/") or not (kind and slash and local):
            raise NotFound(f"{iri} is no identifier of this instance; they start with {self.base}/id/")
        return kind, local


# A few runs of one file name it in a dozen statements.
@lru_cache(maxsize=256)
def _file(mint: Mint, key: str, partner: str) -> str:
    return mint._keyed("file", "file", (partner, key))


# Thousands of runs name the same software.
@lru_cache(maxsize=1024)
def _content(described: Agent | Calibrator) -> str:
    return text_digest(described.model_dump_json())[:_CONTENT_DIGITS]


def _subject(annotation: Annotation) -> tuple[str, ...]:
    if isinstance(annotation, FaceMatch):
        return "person", annotation.person
    if isinstance(annotation, Transcript):
        return annotation.language, text_digest(annotation.text)
    if isinstance(annotation, EntityMention):
        return _meant(annotation)
    if isinstance(annotation, SpeakerSegment):
        return "voice", str(annotation.voice)
    if isinstance(annotation, Tag):
        return _tagged(annotation)
    # Faces that are told apart by their place alone; without a place, by their cluster.
    return "unknown", str(annotation.cluster) if annotation.fragment.whole else ""


def _meant(mention: EntityMention) -> tuple[str, str]:
    if mention.person:
        return "person", mention.person
    if mention.entity:
        return "wikidata", mention.entity
    return "name", mention.text


def _tagged(tag: Tag) -> tuple[str, ...]:
    if tag.concept:
        return "concept", tag.tag_type, tag.concept
    return "text", tag.tag_type, tag.text, tag.language or ""
