"""Under more load than it can bear the service answers rightly or says that it does not: the long run, made short."""

import random
from pathlib import Path

from give_ld.bench.soak import Load, metrics, soak
from give_ld.bench.work import SIMPLE


def test_every_answer_is_right_or_a_declared_refusal(tmp_path: Path) -> None:
    load = Load(seconds=6.0, rate=20.0, files=2)
    soaked = soak(tmp_path, load, random.Random(3))
    assert soaked.wrong == []
    right = [each for each in soaked.seen if each.is_right]
    assert {*SIMPLE, "page", "decision", "public"} <= {each.kind for each in right}
    assert not any(each.is_right for each in soaked.seen if each.kind == "runaway")
    found = metrics(load, soaked)
    assert {"simple_p99_ms", "decision_p99_ms", "respawn_ms", "idle_memory_mb"} <= set(found)
    assert all(seconds > 0 for seconds in soaked.respawns)
