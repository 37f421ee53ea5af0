"""Sets up a working copy of Roland: `python3 -m scripts.setup STEP …`, in the root of the checkout.

    system          Debian packages of the running application
    app             .venv: everything in requirements/app.lock, and PyTorch
    package         Roland itself, linked into .venv
    web             assistant/web/dist: the browser's part
    rasa            .venv-rasa: everything in requirements/rasa.lock
    browser-tests   Chromium, fonts for every language Roland speaks, and what reads PDFs
    database-tests  PostgreSQL, Redis
    voice-tests     SIP telephones, and the tools that make the recogniser's test model
    voice-model     that model: synthetic, for tests alone

A step is skipped while the files it is made from have the content noted in .setup/<step>.json. The note is written
last, so a step that was interrupted has none and is done again from nothing. Only the standard library is used,
because this runs before anything is installed.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import platform
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.steps import STEPS, Step
from scripts.workshop import SetupError, Workshop

ROOT = Path(__file__).resolve().parent.parent
GENERATED = {"node_modules", "dist", "__pycache__"}
GIGABYTE = 10**9


def perform(step: Step, root: Path = ROOT) -> str:
    """Carries a step out unless its note says that it is done; returns what to tell about it."""
    shop = Workshop(root, step.name)
    shop.notes.mkdir(exist_ok=True)
    note = shop.notes / f"{step.name}.json"
    with only_one(shop, step.title):
        wanted = fingerprint(step, root)
        if step.inputs and is_done(note, wanted, root / step.product):
            return "up to date"
        require_space(root, step)
        if step.inputs:
            print(f"{step.title} …", flush=True)
        note.unlink(missing_ok=True)
        shop.log.write_text("", encoding="utf-8")
        start = time.monotonic()
        step.build(shop)
        seconds = round(time.monotonic() - start, 1)
        if step.inputs:
            note.write_text(json.dumps({"fingerprint": wanted, "seconds": seconds}) + "\n", encoding="utf-8")
        return f"ready after {seconds} s" if seconds or step.inputs else "up to date"


def fingerprint(step: Step, root: Path) -> str:
    """A digest of the step's input files and of the machine's kind."""
    digest = hashlib.sha256(f"{step.name} {platform.machine()}".encode())
    for path in sorted({path for pattern in step.inputs for path in root.glob(pattern)}):
        relative = path.relative_to(root)
        if path.is_file() and not GENERATED.intersection(relative.parts):
            digest.update(f"\0{relative}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def is_done(note: Path, wanted: str, product: Path) -> bool:
    """Whether the note stands for exactly these inputs and its product is still there."""
    try:
        return product.exists() and json.loads(note.read_text(encoding="utf-8"))["fingerprint"] == wanted
    except (OSError, ValueError, KeyError, TypeError):
        return False


@contextmanager
def only_one(shop: Workshop, title: str) -> Iterator[None]:
    """Keeps two set-ups of one checkout from building the same thing at once; the second waits."""
    with (shop.notes / f"{shop.step}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"{title}: waiting for another set-up to finish it …", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def require_space(root: Path, step: Step) -> None:
    """Refuses to begin what the disk cannot hold."""
    free = shutil.disk_usage(root).free / GIGABYTE
    if free < step.gigabytes:
        raise SetupError(
            f"About {step.gigabytes} GB of disk space are needed; {free:.1f} GB are free.",
            "Free some space and run the same command again.",
        )


def main(arguments: list[str] | None = None) -> int:
    """Carries out the named steps in the order given; returns the exit status."""
    steps = {step.name: step for step in STEPS}
    parser = argparse.ArgumentParser(prog="python3 -m scripts.setup", description="Set up a working copy of Roland.")
    parser.add_argument("steps", nargs="+", choices=steps, metavar="STEP", help=", ".join(steps))
    for name in parser.parse_args(arguments).steps:
        title = steps[name].title
        try:
            print(f"{title}: {perform(steps[name])}", flush=True)
        except SetupError as error:
            print(f"\n{title}: {error}\n\n→ {error.way_out}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print(f"\n{title}: interrupted; the next run starts this step anew.", file=sys.stderr)
            return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
