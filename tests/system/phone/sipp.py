"""sipp, which plays one side of a call after a scenario."""

import asyncio
import shutil
import socket
from pathlib import Path

import pytest

SCENARIOS = Path(__file__).parent / "sipp"


def free_port() -> int:
    """A UDP port that nobody uses at this moment, with the one behind it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        return int(udp.getsockname()[1])


async def ended(process: asyncio.subprocess.Process) -> None:
    """End a process and wait until it is gone."""
    if process.returncode is None:
        process.kill()
    await process.wait()


class Sipp:
    """Some calls after a scenario, from ``port``."""

    def __init__(self, folder: Path) -> None:
        """``folder``: where its traces go."""
        program = shutil.which("sipp")
        if program is None:
            pytest.skip("sipp is not installed (Debian: sip-tester)")
        self._program, self._folder = program, folder
        self._processes: list[asyncio.subprocess.Process] = []
        self.port = free_port()

    async def start(self, scenario: str, *options: str, host: str = "127.0.0.1") -> asyncio.subprocess.Process:
        """Begin; it ends by itself."""
        arguments = ["-sf", str(SCENARIOS / f"{scenario}.xml"), "-i", host, "-p", str(self.port), "-nostdin"]
        media = ["-mi", host, "-mp", str(free_port()), "-trace_err", "-timeout", "20", "-timeout_error"]
        process = await asyncio.create_subprocess_exec(
            self._program,
            *arguments,
            *media,
            *options,
            cwd=self._folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        self._processes.append(process)
        return process

    async def call(self, scenario: str, there: tuple[str, int], *options: str, host: str = "127.0.0.1") -> None:
        """Call and stay until all calls are over; each must have gone as the scenario says."""
        process = await self.start(scenario, f"{there[0]}:{there[1]}", *options, host=host)
        await asyncio.wait_for(process.wait(), 30)
        errors = "".join(path.read_text() for path in self._folder.glob("*_errors.log"))
        assert process.returncode == 0, errors

    async def close(self) -> None:
        """End what has not ended by itself."""
        for process in self._processes:
            await ended(process)
