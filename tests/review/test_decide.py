"""Decisions: who may, from which state, and what follows in the public graph."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from sqlalchemy import text

from give_ld.errors import Conflict, Damaged, GiveLdError, NotFound, Stale
from give_ld.home import Home, open_home
from give_ld.items import ingest_items
from give_ld.journal.lookups import find_known
from give_ld.model.annotation import Annotation
from give_ld.model.fragment import Fragment
from give_ld.model.run import Run
from give_ld.model.status import Status, Verdict
from give_ld.model.visibility import Visibility
from give_ld.rebuild import check
from give_ld.reference.admit import admit_from_csv
from give_ld.review.decide import Decision
from give_ld.review.projection import Projection
from give_ld.review.publication import Publication
from give_ld.store.embedded import EmbeddedStore
from tests.conftest import Bringing, People
from tests.factories import PARTNER, PID, a_face_match, a_mention, a_speaker_segment, a_tag, a_transcript

UNCALIBRATED = {"confidence": None, "calibrator": None}
CURIE = "/id/refset-person/0001>"
MENTIONS = "<https://schema.org/mentions>"


def face_and_mention(home: Home, bring: Bringing, run: Run) -> tuple[str, str]:
    """Propose Marie Curie twice about one item: by her face and by her name; return both IRIs."""
    mention = a_mention(
        text="Marie Curie",
        begin=60,
        end=71,
        entity="Q7186",
        entity_type="person",
        label="Marie Curie",
        **UNCALIBRATED,
    )
    assert bring(run, a_face_match(), mention).refused == []
    return home.mint.annotation(run, a_face_match()), home.mint.annotation(run, mention)


def facts(home: Home) -> list[str]:
    return [line for line in home.public.lines() if MENTIONS in line]


def propose(home: Home, bring: Bringing, run: Run, guess: Annotation | None = None) -> str:
    guess = guess or a_face_match()
    assert bring(run, guess).refused == []
    return home.mint.annotation(run, guess)


def status(home: Home, iri: str) -> Status:
    with home.journal.reading() as db:
        known = find_known(db, iri)
    assert known is not None
    return known.status


def test_an_approved_guess_becomes_a_fact(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    iri = propose(home, bring, run)
    assert facts(home) == []
    home.decide(people.ann, Decision(iri, Verdict.APPROVE))
    assert len(facts(home)) == 1
    assert CURIE in facts(home)[0]


def test_a_rejected_guess_leaves_nothing_public(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    before = sorted(home.public.lines())
    home.decide(people.ann, Decision(propose(home, bring, run), Verdict.REJECT, "somebody else"))
    assert sorted(home.public.lines()) == before


def test_a_withdrawn_guess_leaves_nothing_public(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    iri = propose(home, bring, run)
    home.decide(people.ann, Decision(iri, Verdict.APPROVE))
    home.decide(people.ann, Decision(iri, Verdict.WITHDRAW, "an actress plays her"))
    assert not any("/graph/public/" in line for line in home.public.lines())
    assert status(home, iri) is Status.WITHDRAWN


def test_an_approved_tag_says_what_an_item_is_about_until_it_is_withdrawn(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    iri = propose(home, bring, run, a_tag(**UNCALIBRATED))
    home.decide(people.ann, Decision(iri, Verdict.APPROVE))
    assert any("<https://schema.org/about>" in line for line in home.public.lines())
    home.decide(people.ann, Decision(iri, Verdict.WITHDRAW, "a bus"))
    assert not any("/graph/public/" in line for line in home.public.lines())


def test_an_approved_speaker_segment_is_for_the_partner_only(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    iri = propose(home, bring, run, a_speaker_segment())
    home.decide(people.ann, Decision(iri, Verdict.APPROVE))
    assert status(home, iri) is Status.APPROVED
    assert not any("/graph/public/" in line for line in home.public.lines())


def test_a_rejected_voice_or_tag_does_not_come_back_a_little_later(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    tag = a_tag(**UNCALIBRATED)
    for guess in (a_speaker_segment(), tag):
        home.decide(people.ann, Decision(propose(home, bring, run, guess), Verdict.REJECT, "no"))
    later = Fragment(start_ms=5_000, end_ms=21_000)
    again = [guess.model_copy(update={"fragment": later}) for guess in (a_speaker_segment(), tag)]
    assert bring(*again).rejected_before == 2


def test_a_fact_that_rests_on_two_guesses_survives_the_withdrawal_of_one(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    face, mention = face_and_mention(home, bring, run)
    home.decide(people.ann, Decision(face, Verdict.APPROVE))
    home.decide(people.ann, Decision(mention, Verdict.APPROVE))
    assert len(facts(home)) == 1
    home.decide(people.ann, Decision(face, Verdict.WITHDRAW, "not her"))
    assert len(facts(home)) == 1
    assert not any(face in line for line in home.public.lines())
    home.decide(people.ann, Decision(mention, Verdict.WITHDRAW, "not her"))
    assert facts(home) == []


def test_the_text_of_a_withdrawn_transcript_goes_while_a_mention_in_it_stays(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    transcript, mention = a_transcript(**UNCALIBRATED), a_mention(**UNCALIBRATED)
    bring(run, transcript, mention)
    for guess in (transcript, mention):
        home.decide(people.ann, Decision(home.mint.annotation(run, guess), Verdict.APPROVE))
    assert any("tentoonstelling" in line for line in home.public.lines())
    home.decide(people.ann, Decision(home.mint.annotation(run, transcript), Verdict.WITHDRAW, "wrong language"))
    assert not any("tentoonstelling" in line for line in home.public.lines())
    assert len(facts(home)) == 1


@pytest.mark.parametrize("licences", ["", "VIAA-PUBLIEK-METADATA-ALL", "VIAA-INTRA_CP-CONTENT", "unheard-of"])
def test_without_an_open_licence_nothing_is_public(
    home: Home, people: People, bring: Bringing, run: Run, licences: str
) -> None:
    ingest_items(
        home, ["pid,title,kind,licences,created\n", f"{PID},News,video,{licences},1986\n"], "i.csv", PARTNER, people.ann
    )
    before = sorted(home.public.lines())
    iri = propose(home, bring, run)
    home.decide(people.ann, Decision(iri, Verdict.APPROVE))
    assert status(home, iri) is Status.APPROVED
    assert sorted(home.public.lines()) == before


def test_a_change_of_licence_withdraws_and_publishes(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    home.decide(people.ann, Decision(propose(home, bring, run), Verdict.APPROVE))
    header, closed = "pid,title,kind,created,licences\n", f"{PID},Avondjournaal,video,1986,\n"
    ingest_items(home, [header, closed], "items.csv", PARTNER, people.ann)
    assert not any("/graph/public/" in line for line in home.public.lines())
    ingest_items(home, [header, f"{PID},Nieuwe titel,video,1986,CC0-CONTENT\n"], "items.csv", PARTNER, people.ann)
    assert len(facts(home)) == 1
    assert any("Nieuwe titel" in line for line in home.public.lines())
    assert not any("Avondjournaal" in line for line in home.public.lines())


def test_only_an_archivist_of_the_owner_may_decide(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    iri = propose(home, bring, run)
    head = home.journal.head()
    messages = []
    for user in (people.bob, people.rita, people.pipeline, people.admin):
        with pytest.raises(NotFound) as caught:
            home.decide(user, Decision(iri, Verdict.APPROVE))
        messages.append(caught.value.message.replace(user.name, "X").replace(iri, "IRI"))
    with pytest.raises(NotFound) as unknown:
        home.decide(people.bob, Decision("https://made.example.org/id/annotation/none", Verdict.APPROVE))
    assert (
        unknown.value.message.replace("Bob", "X").replace("https://made.example.org/id/annotation/none", "IRI")
        in messages
    )
    assert home.journal.head() == head
    assert status(home, iri) is Status.PROPOSED


def test_a_stale_decision_is_refused_and_loses_nothing(home: Home, people: People, bring: Bringing, run: Run) -> None:
    iri = propose(home, bring, run)
    home.decide(people.ann, Decision(iri, Verdict.REJECT, version=1))
    with pytest.raises(Stale, match="it is at 2"):
        home.decide(people.ann, Decision(iri, Verdict.APPROVE, "on second thoughts", version=1))
    assert status(home, iri) is Status.REJECTED


def test_a_second_look_must_say_why(home: Home, people: People, bring: Bringing, run: Run) -> None:
    iri = propose(home, bring, run)
    home.decide(people.ann, Decision(iri, Verdict.REJECT))
    with pytest.raises(Conflict, match="say why"):
        home.decide(people.ann, Decision(iri, Verdict.APPROVE, "   "))


def test_a_decision_outlives_another_run(home: Home, people: People, bring: Bringing, run: Run, open_item: str) -> None:
    iri = propose(home, bring, run)
    home.decide(people.ann, Decision(iri, Verdict.APPROVE))
    bring(run.model_copy(update={"id": run.id.__class__(int=9)}), a_face_match(run=run.id.__class__(int=9)))
    assert status(home, iri) is Status.APPROVED
    assert len(facts(home)) == 1


def test_graphs_made_again_from_the_journal_equal_the_live_ones(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    face, mention = face_and_mention(home, bring, run)
    home.decide(people.ann, Decision(face, Verdict.APPROVE))
    home.decide(people.ann, Decision(mention, Verdict.APPROVE))
    home.decide(people.ann, Decision(face, Verdict.WITHDRAW, "not her"))
    home.decide(people.ann, Decision(face, Verdict.APPROVE, "it was her"))
    assert all(difference.is_none for difference in check(home).values())


@pytest.mark.parametrize("graph", ["private", "public"])
def test_one_planted_and_one_missing_quad_are_found(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str, graph: str
) -> None:
    home.decide(people.ann, Decision(propose(home, bring, run), Verdict.APPROVE))
    store = getattr(home, graph)
    missing = min(store.lines())
    store.apply(
        [missing], ["<https://x.example/s> <https://x.example/p> <https://x.example/o> <https://x.example/g> ."]
    )
    found = check(home)[graph]
    assert (found.missing, found.planted) == (1, 1)


def test_no_person_who_decided_is_named_in_public(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    home.decide(people.ann, Decision(propose(home, bring, run), Verdict.APPROVE, "her left earlobe"))
    public, private = "\n".join(home.public.lines()), "\n".join(home.private.lines())
    user = home.mint.user(people.ann.id)
    assert user in private
    assert not any(secret in public for secret in (user, people.ann.id, "earlobe"))


def test_an_error_of_a_decision_is_one_of_ours(home: Home, people: People) -> None:
    with pytest.raises(GiveLdError):
        home.decide(people.ann, Decision("not even an IRI", Verdict.APPROVE))


def test_what_cannot_stand_in_a_graph_is_not_kept(home: Home, people: People) -> None:
    head = home.journal.head()
    rows = ["pid,title,kind,language\n", f"{PID},News,video,nl-x\n"]
    assert len(ingest_items(home, rows, "i.csv", PARTNER, people.ann).refused) == 1
    assert home.journal.head() == head


def test_a_label_of_one_guess_goes_with_it_while_the_entity_stays(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    right = a_mention(**UNCALIBRATED)
    wrong = a_mention(label="a wrong label", fragment=Fragment(start_ms=9000, end_ms=9500), **UNCALIBRATED)
    bring(run, right, wrong)
    for guess in (right, wrong):
        home.decide(people.ann, Decision(home.mint.annotation(run, guess), Verdict.APPROVE))
    home.decide(people.ann, Decision(home.mint.annotation(run, wrong), Verdict.WITHDRAW, "wrong label"))
    assert not any("a wrong label" in line for line in home.public.lines())
    assert any('"Gent"@nl' in line for line in home.public.lines())


def test_what_could_not_be_public_is_not_approved_under_a_closed_licence_either(
    home: Home, people: People, bring: Bringing, run: Run
) -> None:
    invented = a_mention(person="http://evil.example/x", entity=None, label="X", label_language="en", **UNCALIBRATED)
    assert [refused.rule for refused in bring(run, invented).refused] == ["person-unknown"]


def test_a_correction_of_a_person_replaces_what_was_said(
    home: Home, people: People, refset: str, tmp_path: Path
) -> None:
    rows = (tmp_path / "refset.csv").read_text(encoding="utf-8").replace("1867-11-07", "1867-11-08")
    (tmp_path / "refset.csv").write_text(rows.replace("Q7186", "Q937"), encoding="utf-8")
    admit_from_csv(home, tmp_path / "refset.csv", people.rita, PARTNER)
    for store in (home.private, home.public):
        held = "\n".join(store.lines())
        assert "1867-11-08" in held
        assert "1867-11-07" not in held
        assert "Q7186" not in held
    assert all(difference.is_none for difference in check(home).values())


def test_an_item_that_is_described_after_its_runs_keeps_its_files(
    home: Home, people: People, bring: Bringing, run: Run
) -> None:
    propose(home, bring, run)
    before = [line for line in home.private.lines() if "hasAccessCopy" in line]
    assert before
    ingest_items(home, ["pid,title,kind\n", f"{PID},News,video\n"], "items.csv", PARTNER, people.ann)
    assert [line for line in home.private.lines() if "hasAccessCopy" in line] == before


def test_narrower_licences_withdraw_when_the_instance_is_opened_again(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    home.decide(people.ann, Decision(propose(home, bring, run), Verdict.APPROVE))
    assert len(facts(home)) == 1
    home.close()
    again = open_home(home.settings.model_copy(update={"visibility": Visibility(())}))
    try:
        assert not any("/graph/public/" in line for line in again.public.lines())
    finally:
        again.close()


def test_a_journal_that_lost_its_tail_is_not_opened(home: Home, people: People, bring: Bringing, run: Run) -> None:
    propose(home, bring, run)
    with home.journal.engine.begin() as db:
        db.execute(text("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)"))
    home.close()
    with pytest.raises(Damaged, match="lost entry"):
        open_home(home.settings)


def test_an_event_that_did_not_reach_the_graphs_does_so_with_the_next(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    iri = propose(home, bring, run)
    with monkeypatch.context() as broken:
        broken.setattr(EmbeddedStore, "apply", Mock(side_effect=OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            home.decide(people.ann, Decision(iri, Verdict.APPROVE))
    assert facts(home) == []
    bring(run, a_transcript(**UNCALIBRATED))
    assert len(facts(home)) == 1
    assert all(difference.is_none for difference in check(home).values())


def is_clean(home: Home) -> bool:
    """Return whether nothing is public and both graphs are what the journal says."""
    nothing = not any("/graph/public/" in line for line in home.public.lines())
    return nothing and all(difference.is_none for difference in check(home).values())


def test_a_withdrawal_that_the_public_store_lost_with_the_power_is_made_again(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str, tmp_path: Path
) -> None:
    iri = propose(home, bring, run)
    home.decide(people.ann, Decision(iri, Verdict.APPROVE))
    home.public.flush()
    home.public.backup(tmp_path / "on-disk")
    home.decide(people.ann, Decision(iri, Verdict.WITHDRAW, "not her"))
    mark = home.settings.home / "projected.json"
    before = mark.read_text()
    home.close()
    mark.write_text(before)
    shutil.rmtree(home.settings.home / "public")
    shutil.copytree(tmp_path / "on-disk", home.settings.home / "public")
    again = open_home(home.settings)
    try:
        assert is_clean(again)
    finally:
        again.close()


def test_a_publication_whose_table_was_lost_can_be_withdrawn(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    iri = propose(home, bring, run)
    publish = Publication._publish

    def dies(self: Publication, *arguments: Any) -> None:
        publish(self, *arguments)
        raise OSError("disk full at commit")

    with monkeypatch.context() as broken:
        broken.setattr(Publication, "_publish", dies)
        with pytest.raises(OSError, match="at commit"):
            home.decide(people.ann, Decision(iri, Verdict.APPROVE))
    home.decide(people.ann, Decision(iri, Verdict.WITHDRAW, "not her"))
    assert is_clean(home)


def test_closed_licences_are_applied_by_the_next_start_if_the_first_dies(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.decide(people.ann, Decision(propose(home, bring, run), Verdict.APPROVE))
    home.close()
    closed = home.settings.model_copy(update={"visibility": Visibility(())})
    with monkeypatch.context() as broken:
        broken.setattr(Projection, "_refresh_items", Mock(side_effect=OSError("killed")))
        with pytest.raises(OSError, match="killed"):
            open_home(closed)
    again = open_home(closed)
    try:
        assert is_clean(again)
    finally:
        again.close()
