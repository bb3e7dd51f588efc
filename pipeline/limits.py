"""Whom the pipeline may look for, and what it may keep: as the policy of the partner and the date of the item say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from give_ld.errors import BadInput, NotAllowed, NotUsable
from give_ld.model.age import was_adult
from give_ld.model.person import EdtfDate, SnapshotPerson
from give_ld.model.processing import Allowed, ProcessingPolicy
from give_ld.model.record import describe
from give_ld.model.run import Stage
from pipeline.snapshot import Snapshot


@dataclass(frozen=True)
class Limits:
    """What is allowed on the items of this order, and the digest of the policy that says so; without one, all is.

    With the date of the item, nobody is looked for who was not surely of age at that time.
    """

    allowed: Allowed | None = None
    policy: str | None = None
    made: str | None = None

    @property
    def keeps_unknown(self) -> bool:
        """Whether faces without a name may be kept; without a policy that is for the service to say."""
        return self.allowed is None or self.allowed.unknown_faces

    def within(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with those persons alone who may be looked for."""
        return replace(snapshot, persons=tuple(each for each in snapshot.persons if self._may_look_for(each)))

    def _may_look_for(self, person: SnapshotPerson) -> bool:
        if self.allowed is not None and not self.allowed.may_look_for(person.id):
            return False
        return self.made is None or was_adult(self.made, person.birth_date)


def checked_date(made: str | None) -> str | None:
    """Return the date of an item if it is one.

    Raises:
        NotUsable: it is no date of EDTF.
    """
    try:
        return None if made is None else TypeAdapter(EdtfDate).validate_python(made)
    except ValidationError as error:
        raise NotUsable(f"--date is '{made}', it must be a date such as 1986 or 1986-05-01") from error


def read_limits(
    path: Path | None, partner: str, about: tuple[str | None, str | None], stages: Iterable[Stage]
) -> Limits:
    """Return what the policy in a file allows; `about` is the collection and the date of the item, as far as known.

    Raises:
        NotAllowed: it does not allow one of the stages, or is that of another partner.
        BadInput: the file is no policy.
    """
    collection, made = about
    if path is None:
        return Limits(made=made)
    try:
        policy = ProcessingPolicy.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise BadInput(f"{path.name} is no processing policy: {describe(error)}", rule="policy") from error
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read: {error.strerror}", rule="policy") from error
    if policy.partner != partner:
        raise NotAllowed(f"{path.name} is the policy of {policy.partner}, not of {partner}", rule="policy")
    for stage in stages:
        policy.check_stage(stage, collection)
    return Limits(policy.rule(collection), policy.digest, made)
