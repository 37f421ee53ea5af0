"""Where set-up steps work: running commands, keeping their logs, and saying the way out when one fails."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

WAYS_OUT = {
    r"No space left on device|ENOSPC": "The disk is full. Free some space and run the same command again.",
    r"DO NOT MATCH THE HASHES": "A downloaded file is not the one that was locked. Check your package mirror.",
    r"ConnectionError|NameResolutionError|getaddrinfo|EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|timed out"
    r"|Could not resolve|No matching distribution found": (
        "The package index cannot be reached or lacks a package. Check the network and the proxy (HTTPS_PROXY), and "
        "PIP_INDEX_URL or npm's registry setting if you use a mirror; then run the same command again."
    ),
}


class SetupError(Exception):
    """A step cannot go on; carries the way out for the person at the keyboard."""

    def __init__(self, problem: str, way_out: str) -> None:
        super().__init__(problem)
        self.way_out = way_out


@dataclass(frozen=True)
class Workshop:
    """The checkout a step works on, and the log it writes to."""

    root: Path
    step: str

    @property
    def notes(self) -> Path:
        """The folder of notes, logs and locks."""
        return self.root / ".setup"

    @property
    def log(self) -> Path:
        """Everything the step's commands printed."""
        return self.notes / f"{self.step}.log"

    def run(self, *command: str | Path, folder: str = "") -> None:
        """Runs a command in a folder of the checkout; raises SetupError with the end of its output if it fails."""
        words = [str(word) for word in command]
        with self.log.open("a", encoding="utf-8") as log:
            log.write("$ " + " ".join(words) + "\n")
            with subprocess.Popen(
                words,
                cwd=self.root / folder,
                text=True,
                errors="replace",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            ) as process:
                for line in process.stdout or ():
                    log.write(line)
                    log.flush()
                    show_passing(line.strip())
        show_passing("")
        if process.returncode:
            raise self._failure(words)

    def _failure(self, command: list[str]) -> SetupError:
        output = self.log.read_text(encoding="utf-8", errors="replace").rpartition("\n$ ")[2]
        end = "\n".join("    " + line for line in output.splitlines()[-15:])
        otherwise = f"Read {self.log}; once the cause is gone, run the same command again."
        way_out = next((advice for pattern, advice in WAYS_OUT.items() if re.search(pattern, output)), otherwise)
        return SetupError(f"`{Path(command[0]).name}` ended with an error:\n{end}", way_out)


def show_passing(line: str) -> None:
    """Shows a line that the next one overwrites; nothing where no terminal is watching."""
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 3
        print(f"\r\033[K  {line[:width]}" if line else "\r\033[K", end="", flush=True)


def output_of(*command: str) -> str:
    """What a command prints, stripped; empty where it is missing or fails."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
