"""Which people, places and organisations a transcript names: the stage that finds names and links them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from give_ld import __version__
from give_ld.kb.base import KnowledgeBase
from give_ld.model.annotation import EntityMention, EntityType, Transcript
from give_ld.model.calibration import Calibrator, ScoreKind
from give_ld.model.fragment import Fragment
from give_ld.model.run import SCHEMA, Agent, ModelFile
from give_ld.model.run import Stage as StageName
from pipeline.linking import MIN_SCORE, Link, Linker
from pipeline.recognition import Gazetteer, NerBackend, Span, resolve
from pipeline.snapshot import Snapshot
from pipeline.stage import Parameters, StageOutput, Word, Work


@dataclass(frozen=True)
class _Said:
    """A transcript, its digest and the times of its words."""

    transcript: Transcript
    sha256: str
    words: Sequence[Word]


class EntitiesStage:
    """Finds names in the transcript that the speech stage left, and says what each means."""

    name = StageName.ENTITIES
    calibrators: tuple[Calibrator, ...] = ()

    def __init__(
        self,
        kb: KnowledgeBase,
        snapshot: Snapshot | None = None,
        recognisers: Mapping[str, NerBackend] | None = None,
    ) -> None:
        """Take a recogniser for each language that has one; text of other languages gets the gazetteer alone."""
        self._kb, self._snapshot, self._recognisers = kb, snapshot, dict(recognisers or {})
        self._linker = Linker(kb, snapshot.persons if snapshot is not None else ())

    @cached_property
    def _gazetteer(self) -> Gazetteer:
        return Gazetteer(self._linker.names())

    @property
    def agent(self) -> Agent:
        """This software with the knowledge base, which scores."""
        base = ModelFile(name=self._kb.version, sha256=self._kb.digest, licence=self._kb.licence)
        return Agent(name="give-ld-linker", version=__version__, models=(base,))

    @property
    def parameters(self) -> Parameters:
        """The threshold of a link."""
        return {"min_score": MIN_SCORE}

    @property
    def reference_set(self) -> str | None:
        """The version of the reference set whose names were looked for."""
        return None if self._snapshot is None else self._snapshot.header.version

    def run(self, work: Work, run: UUID) -> StageOutput:
        """Return a mention for each name in the transcript, in order; NIL where a name means nobody that is known."""
        speech = work.earlier.get(StageName.SPEECH, StageOutput())
        transcripts = [guess for guess in speech.annotations if isinstance(guess, Transcript)]
        if not transcripts:
            return StageOutput(note="no transcript to find names in")
        [transcript] = transcripts
        recogniser = self._recognisers.get(transcript.language.split("-")[0])
        recognised = [] if recogniser is None else recogniser.spans(transcript.text)
        said = _Said(transcript, hashlib.sha256(transcript.text.encode()).hexdigest(), speech.words)
        mentions = tuple(self._mentions(said, recognised, run))
        if recogniser is None:
            return StageOutput(mentions, f"no recogniser for language {transcript.language}: known names only")
        return StageOutput(mentions, models=(recogniser.model,))

    def _mentions(self, said: _Said, recognised: Sequence[Span], run: UUID) -> Iterator[EntityMention]:
        text = said.transcript.text
        links: dict[str, Link] = {}
        for span in resolve(self._gazetteer.spans(text), recognised):
            name = text[span.begin : span.end]
            if name not in links:
                links[name] = self._linker.link(name)
            yield _mention(said, span, links[name], run)


def _mention(said: _Said, span: Span, link: Link, run: UUID) -> EntityMention:
    target = link.target
    return EntityMention(
        schema_version=SCHEMA,
        run=run,
        fragment=fragment_of(span, said.words, said.transcript),
        score=link.score,
        score_kind=ScoreKind.LINKER_SCORE,
        text=said.transcript.text[span.begin : span.end],
        begin=span.begin,
        end=span.end,
        language=said.transcript.language,
        transcript=said.sha256,
        entity_type=target.type if target is not None else span.type or EntityType.OTHER,
        entity=target.entity if target is not None else None,
        person=target.person if target is not None else None,
        label=target.label if target is not None else None,
        label_language=target.language if target is not None else None,
        candidates=link.others,
    )


def fragment_of(span: Span, words: Sequence[Word], transcript: Transcript) -> Fragment:
    """Return when a name is said: from its first word to its last; without timed words, the segment it stands in."""
    said = [word for word in words if word.begin < span.end and span.begin < word.end]
    if said:
        start = min(word.start_ms for word in said)
        return Fragment(start_ms=start, end_ms=max(start + 1, *(word.end_ms for word in said)))
    end = 0
    for segment in transcript.segments:
        end += len(segment.text) + 1  # the space between segments
        if span.begin < end:
            return Fragment(start_ms=segment.start_ms, end_ms=segment.end_ms)
    return transcript.fragment
