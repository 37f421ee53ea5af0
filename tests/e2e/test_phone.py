"""A call from the page to try the line, in a real browser whose microphone plays a tone."""

import wave
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from assistant.http.services import WEB
from assistant.model import CallEnding
from tests.e2e.conftest import FLAGS
from tests.e2e.steps import has_focus, sideways
from tests.e2e.test_accessibility import WAYS, violations
from tests.line import TONE_HZ, TuningFork, web_line
from tests.server import make_services, quiet_log, serving, settings_for

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

WITH_SOUND = "/usr/bin/chromium"
SPOKEN_HZ = 1_000
# Every sound that goes to the loudspeaker can be looked at.
LISTEN = """
    const connect = AudioNode.prototype.connect;
    AudioNode.prototype.connect = function (to, ...rest) {
        if (to === this.context.destination) {
            window.heard = this.context.createAnalyser();
            window.heard.fftSize = 4096;
            connect.call(this, window.heard);
        }
        return connect.call(this, to, ...rest);
    };
"""
LOUDEST = """() => {
    if (!window.heard) return 0;
    const levels = new Float32Array(window.heard.frequencyBinCount);
    window.heard.getFloatFrequencyData(levels);
    const loudest = levels.indexOf(Math.max(...levels));
    return levels[loudest] > -60 ? loudest * window.heard.context.sampleRate / window.heard.fftSize : 0;
}"""


@dataclass(frozen=True)
class Site:
    """A server with a line."""

    url: str
    fork: TuningFork


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The page, with somebody at the other end who is easy to recognise."""
    assert (WEB / "dist/phone.js").is_file(), "build the web pages first: npm ci && npm run build in assistant/web"
    with quiet_log(), web_line() as (line, fork):
        services, _ = make_services(settings_for(tmp_path_factory.mktemp("line")))
        with serving(replace(services, line=line)) as url:
            yield Site(url, fork)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the microphone picks up: a tone, at the rate of a sound card."""
    path = tmp_path_factory.mktemp("sound") / "tone.wav"
    times = np.arange(48_000) / 48_000
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes((12_000 * np.sin(2 * np.pi * SPOKEN_HZ * times)).astype("<i2").tobytes())
    return path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def speaking(spoken: Path) -> AsyncIterator[Browser]:
    """Chromium with that microphone, which each context may use or not."""
    microphone = ("--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={spoken}")
    policy = "--autoplay-policy=user-gesture-required"
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=WITH_SOUND, args=[*FLAGS, *microphone, policy])
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(speaking: Browser, site: Site) -> AsyncIterator[Page]:
    """The page in a browser that allows the microphone; a breach of the content security policy fails the test."""
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(("Failed to load resource", "WebSocket connection")):
            faults.append(message.text)

    context = await speaking.new_context(base_url=site.url, locale="de-DE", reduced_motion="reduce")
    await context.grant_permissions(["microphone"])
    await context.add_init_script(LISTEN)
    opened = await context.new_page()
    opened.set_default_timeout(10_000)
    opened.on("console", note)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    await opened.goto("/line")
    yield opened
    await context.close()
    assert not faults


async def call(page: Page) -> None:
    """Call, and be answered."""
    await page.get_by_role("button", name="Anrufen").click()
    await expect(page.get_by_role("status")).to_have_text("Sie sind verbunden. Bitte sprechen Sie.")
    await expect(page.get_by_role("log")).to_contain_text("Moin!")


async def test_a_call_by_voice_and_by_keys(page: Page, site: Site) -> None:
    """The tone of the microphone arrives, the tone of the line is heard, keys get through, and both sides can end."""
    await call(page)
    await expect(page.get_by_role("log")).to_contain_text(f"{SPOKEN_HZ} Hz")
    await page.wait_for_function(f"({LOUDEST})() > {TONE_HZ - 10} && ({LOUDEST})() < {TONE_HZ + 10}")
    await page.get_by_role("button", name="5").click()
    await expect(page.get_by_role("log")).to_contain_text("Taste 5")
    await page.get_by_role("button", name="Stern").focus()
    await page.keyboard.press("0")
    await expect(page.get_by_role("log")).to_contain_text("Taste 0")
    await page.get_by_role("button", name="Raute").click()
    await expect(page.get_by_role("status")).to_have_text("Das Gespräch ist beendet.")
    assert await has_focus(page, "[data-phone-call]")
    await call(page)
    await page.get_by_role("button", name="Auflegen").press("Enter")
    await expect(page.get_by_role("status")).to_have_text("Das Gespräch ist beendet.")
    assert await has_focus(page, "[data-phone-call]")
    await expect(page.get_by_role("alert")).to_be_hidden()
    while len(site.fork.endings) < 2:
        await page.wait_for_timeout(20)
    assert site.fork.endings == [CallEnding.ROLAND, CallEnding.CALLER]


async def test_what_does_not_work_is_explained(page: Page) -> None:
    """No microphone, one in use, an old browser, a refused call, no permission: each is said, and the call is over."""
    failing = "navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('', '{}'); }}"
    troubles = (
        (failing.format("NotFoundError"), "Es ist kein Mikrofon da"),
        (failing.format("NotReadableError"), "lässt sich nicht einschalten"),
        ("delete window.AudioWorkletNode", "Mit diesem Browser geht es leider nicht"),
        ("document.querySelector('[data-phone]').dataset.token = 'wrong'", "Der Anruf kam nicht zustande"),
        ("", "darf Ihr Mikrofon nicht benutzen"),
    )
    for trouble, told in troubles:
        await page.goto("/line")
        await page.evaluate(f"() => {{ {trouble}; }}")
        if not trouble:
            await page.context.clear_permissions()
        await page.get_by_role("button", name="Anrufen").click()
        await expect(page.get_by_role("alert")).to_contain_text(told)
        await expect(page.get_by_role("status")).to_have_text("Das Gespräch ist beendet.")
        await expect(page.get_by_role("button", name="Anrufen")).to_be_visible()


async def test_every_state_is_accessible(page: Page) -> None:
    """Before, during and after a call nothing breaks a rule, in any theme and width."""
    for state in ("before", "during"):
        if state == "during":
            await call(page)
        for scheme, width in WAYS:
            await page.emulate_media(color_scheme=scheme)
            await page.set_viewport_size({"width": width, "height": 900})
            assert await violations(page) == [], (state, scheme, width)
            assert await sideways(page) == [], (state, scheme, width)
    await page.goto("/line?lang=ar")
    assert await violations(page) == []
    assert await sideways(page) == []


async def test_without_a_script(speaking: Browser, site: Site) -> None:
    """The page says that it needs one, and how to reach a human without."""
    context = await speaking.new_context(base_url=site.url, java_script_enabled=False, locale="de-DE")
    page = await context.new_page()
    await page.goto("/line")
    await expect(page.get_by_text("JavaScript")).to_be_visible()
    await expect(page.get_by_role("button", name="Anrufen")).to_be_hidden()
    await expect(page.locator(".contact__phone")).to_be_visible()
    await context.close()
