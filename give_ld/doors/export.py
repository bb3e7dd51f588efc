"""How an export of the AI metadata API on disk is put together: a directory a view, and in it files of its tasks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from give_ld.doors.views import SPEECH, VIEWS, read_views
from give_ld.errors import BadInput, NotUsable, TooLarge

_FILES = {"subtitles.vtt": "transcript_vtt", "subtitles.srt": "transcript_srt"}


def read_export(directory: Path, limit: int) -> bytes:
    """Return a directory of pages as one page of views: `{view}/*.json`, and `speech_tasks/tasks/{task_id}/`.

    Links are not followed. `limit` is the most bytes of all files together.

    Raises:
        NotUsable: no page lies there.
        BadInput: a page is no JSON, or of no view; the message names it.
        TooLarge: over the limit.
    """
    views: dict[str, list[Any]] = {}
    captions: dict[str, dict[str, str]] = {}
    for file in _files(directory, limit):
        name = file.relative_to(directory)
        if file.name in _FILES:
            text = file.read_bytes().decode("utf-8-sig", "replace")
            captions.setdefault(file.parent.name, {})[_FILES[file.name]] = text
        elif "tasks" in name.parts:
            views.setdefault(SPEECH, []).append({"task_id": file.parent.name, **_object(file, name)})
        else:
            for view, rows in _views(file, name):
                views.setdefault(view, []).extend(rows)
    if not views:
        raise NotUsable(f"{directory} holds no page of a view; they are called VIEW/PAGE.json", rule="view")
    views[SPEECH] = list(_with_captions(views.get(SPEECH, []), captions))
    return json.dumps(views).encode()


def _files(directory: Path, limit: int) -> Iterator[Path]:
    left = limit
    for file in sorted(directory.rglob("*")):
        # What a service said of a task in its own form is left out; its rows say the same.
        pages = file.suffix == ".json" and (file.parent.parent.name != "tasks" or file.name == "metadata.json")
        if file.is_symlink() or not file.is_file() or not (pages or file.name in _FILES):
            continue
        left -= file.stat().st_size
        if left < 0:
            raise TooLarge(f"the export is larger than {limit} bytes; bring it in parts (GIVE_LD_UPLOAD_BYTES)")
        yield file


def _views(file: Path, name: Path) -> Iterator[tuple[str, list[Any]]]:
    """Yield the rows of a page by view; a page that does not name its view is of the directory that it lies in."""
    content = file.read_bytes()
    try:
        page = json.loads(content)
        if len(name.parts) > 1 and not (isinstance(page, dict) and {"data", *VIEWS} & page.keys()):
            content = json.dumps({name.parts[-2]: page}).encode()
        found = read_views(content)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{name}: no JSON", rule="json") from error
    except BadInput as error:
        raise BadInput(f"{name}: {error.message}", rule=error.rule) from error
    yield from found.items()


def _object(file: Path, name: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{name}: no JSON", rule="json") from error
    if not isinstance(found, dict):
        raise BadInput(f"{name}: no object of JSON", rule="json")
    return found


def _with_captions(rows: list[Any], captions: dict[str, dict[str, str]]) -> Iterator[Any]:
    """Yield each task once, with the captions that lie beside it where its row has none."""
    tasks: dict[str, Any] = {}
    for number, row in enumerate(rows):
        task = str(row.get("task_id")) if isinstance(row, dict) and row.get("task_id") is not None else f"row {number}"
        if task in tasks:
            said = {name: value for name, value in row.items() if value is not None}
            tasks[task] = {**tasks[task], **said}
        else:
            tasks[task] = row
    for task, row in tasks.items():
        files = captions.get(task, {}) if isinstance(row, dict) else {}
        missing = {name: text for name, text in files.items() if not row.get(name)}
        yield {**row, **missing} if missing else row
