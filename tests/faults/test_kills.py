"""A writer may be killed at any moment: what it acknowledged is kept, and both graphs follow from the journal."""

import random
from pathlib import Path

from give_ld.bench.kills import Kills, kill_rounds


def test_nothing_acknowledged_is_lost_when_writers_are_killed(tmp_path: Path) -> None:
    seen: list[Kills] = []
    found = kill_rounds(tmp_path, 4, random.Random(7), seen.append)
    assert (found.rounds, found.lost, found.wrong_quads) == (4, 0, 0)
    assert found.acknowledged > 100
    assert [each.rounds for each in seen] == [1, 2, 3, 4]
