"""Who may say that a decision is right or wrong: another archivist than the one who took it, once."""

from __future__ import annotations

from give_ld.errors import Conflict
from give_ld.model.decision import standing
from give_ld.model.status import OPINIONS
from give_ld.review.case import Case


def check_opinion(case: Case) -> None:
    """Check whether this archivist may agree or disagree with what was decided.

    Raises:
        Conflict: the archivist took the decision, or said the same of it already.
    """
    said = standing(case.known.validations)
    opinions = [each for each in said if each.verdict not in OPINIONS][-1:]
    since = said[said.index(opinions[0]) :] if opinions else said
    own = [each.verdict for each in since if each.user == case.user.id]
    if opinions and opinions[0].user == case.user.id:
        raise Conflict("a second opinion is another archivist's; decide anew or undo", rule="second-opinion")
    if own[-1:] == [case.decision.verdict]:
        raise Conflict("you have said so already", rule="second-opinion")
