"""How long an archivist waits for the next guess after a key: `python -m tests.journeys.keyboard` measures and prints.

Milliseconds from the key to the first frame that shows the next guess, in Chromium, over 20 decisions in a row.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import expect, sync_playwright

from tests.journeys.made_desk import made_desk
from tests.journeys.test_desk import CHROMIUM, KEYS, QUIET, sign_in

_WATCH = """() => {
  window.taken = [];
  let pressed = 0;
  document.addEventListener("keydown", () => { pressed = performance.now(); }, true);
  new MutationObserver(() => {
    if (!pressed || !document.querySelector("#desk article")) return;
    const since = pressed;
    pressed = 0;
    requestAnimationFrame(() => setTimeout(() => window.taken.push(performance.now() - since)));
  }).observe(document.getElementById("desk"), { childList: true });
}"""


def measure(scratch: Path) -> dict[str, float]:
    """Return milliseconds from key to next guess, and seconds until all decisions were recorded."""
    with made_desk(scratch, faces=60) as desk, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_context(locale="nl-BE").new_page()
        sign_in(page, desk)
        page.goto(f"{desk.url}/review/desk")
        expect(page.locator("#ahead article")).to_have_count(2)
        page.evaluate(_WATCH)
        began = time.perf_counter()
        for number, key in enumerate(KEYS, 1):
            page.keyboard.press(key)
            while page.evaluate("window.taken.length") < number:
                page.wait_for_timeout(5)
        expect(page.locator("#mine")).to_have_text(str(len(KEYS)))
        seconds = time.perf_counter() - began
        taken = sorted(page.evaluate("window.taken"))
        browser.close()
    return {
        "next_shown_p50_ms": round(median(taken), 1),
        "next_shown_max_ms": round(taken[-1], 1),
        "decisions": float(len(taken)),
        "all_recorded_seconds": round(seconds, 2),
    }


if __name__ == "__main__":
    with TemporaryDirectory() as directory:
        print(json.dumps(measure(Path(directory))))
