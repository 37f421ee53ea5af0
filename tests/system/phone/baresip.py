"""baresip, a telephone that is told by a socket what to do."""

import asyncio
import json
import shutil
import socket
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import correlate

from tests.system.phone.sipp import ended, free_port

RATE = 8_000
_MODULES = Path("/usr/lib/baresip/modules")
_CONFIG = """\
poll_method epoll
sip_listen 127.0.0.1:{sip}
audio_player aubridge,none
audio_source aufile,{says}
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
audio_alert aubridge,none
rtp_ports 31000-31999
net_interface 127.0.0.1
module_path {modules}
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
snd_path {recordings}
"""
_ACCOUNT = "<sip:buerger@127.0.0.1;transport=udp>;regint=0;audio_codecs=PCMA;ptime=20\n"


def spoken(seed: int) -> bytes:
    """A second and a half of sound that is like nothing else: noise in the band of the telephone."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(0, 1, RATE * 3 // 2))
    frequencies = np.fft.rfftfreq(RATE * 3 // 2, 1 / RATE)
    spectrum[(frequencies < 300) | (frequencies > 3_400)] = 0
    sound = np.fft.irfft(spectrum)
    return bytes((sound / np.abs(sound).max() * 20_000).astype("<i2").tobytes())


def heard_in(pcm: bytes, said: bytes) -> float:
    """The best correlation (0-1) of what was said with any stretch of what was heard."""
    heard, wanted = (np.frombuffer(each, "<i2").astype(np.float64) for each in (pcm, said))
    if len(heard) < len(wanted):
        return 0.0
    found = correlate(heard, wanted, "valid", "fft")
    energy = correlate(heard**2, np.ones(len(wanted)), "valid", "fft")
    return float((found / np.sqrt(np.maximum(energy, 1.0) * (wanted**2).sum())).max())


class Baresip:
    """One telephone."""

    def __init__(self, folder: Path) -> None:
        """``folder``: where its configuration and what it heard are kept."""
        program = shutil.which("baresip")
        if program is None:
            pytest.skip("baresip is not installed")
        self._program, self._folder = program, folder / "baresip"
        self._folder.mkdir()
        self._control = free_port()
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def start(self, says: bytes) -> None:
        """Switch it on; ``says`` is what it says in calls, then silence."""
        sound = self._folder / "says.wav"
        with wave.open(str(sound), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            # It hangs up at the end of its sound.
            file.writeframes(says + bytes(RATE * 2 * 20))
        places = {"says": sound, "recordings": self._folder, "modules": _MODULES}
        config = _CONFIG.format(sip=free_port(), control=self._control, **places)
        (self._folder / "config").write_text(config)
        (self._folder / "accounts").write_text(_ACCOUNT)
        # Its own session: it asks the terminal for keys otherwise.
        with (self._folder / "log").open("w") as log:
            self._process = await asyncio.create_subprocess_exec(
                self._program,
                "-f",
                str(self._folder),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        await self.until(self._listens)
        _, self._writer = await asyncio.open_connection("127.0.0.1", self._control)

    async def dial(self, there: tuple[str, int]) -> None:
        """Call the line."""
        await self._command("dial", f"sip:115@{there[0]}:{there[1]}")

    async def hang_up(self) -> None:
        """End the call."""
        await self._command("hangup")

    async def until(self, holds: Callable[[], bool], seconds: float = 10) -> None:
        """Return when something holds; a failure when it does not in time."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not holds() and loop.time() < deadline:
            next_look = asyncio.sleep(0.02)
            await next_look
        assert holds(), (self._folder / "log").read_text()

    @property
    def heard_s(self) -> float:
        """How much it has heard so far, as far as it is written down."""
        return sum(path.stat().st_size for path in self._folder.glob("*dec.wav")) / (2 * RATE)

    @property
    def has_recording(self) -> bool:
        """Whether what it heard is written down to its end: some time after the call."""
        try:
            return bool(self.recording())
        except (ValueError, wave.Error, EOFError):
            return False

    def recording(self) -> bytes:
        """What it heard."""
        (path,) = self._folder.glob("*dec.wav")
        with wave.open(str(path), "rb") as file:
            return file.readframes(file.getnframes())

    async def close(self) -> None:
        """Switch it off."""
        if self._writer:
            self._writer.close()
        if self._process:
            await ended(self._process)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._control)) == 0

    async def _command(self, name: str, parameters: str = "") -> None:
        assert self._writer
        text = json.dumps({"command": name, "params": parameters, "token": name}).encode()
        self._writer.write(str(len(text)).encode() + b":" + text + b",")
        await self._writer.drain()
