"""What visitors do, in few words."""

from playwright.async_api import FrameLocator, Page, expect

SEND = "[data-send]"


async def ask(page: Page | FrameLocator, text: str) -> None:
    """Type a question, send it and wait for its answer."""
    answers = page.locator(".answer")
    before = await answers.count()
    await page.locator("#message").fill(text)
    await page.locator(SEND).click()
    await expect(answers).to_have_count(before + 1)


async def has_focus(page: Page, selector: str) -> bool:
    """Whether the element with the focus matches."""
    return bool(await page.evaluate("selector => document.activeElement.matches(selector)", selector))


async def sideways(page: Page) -> list[str]:
    """What reaches over the edge of the window: elements by class, and the page itself where it can be scrolled."""
    found: list[str] = await page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            const all = [...document.body.querySelectorAll("*")];
            const seen = all.filter((element) => !element.closest(".kern-sr-only"));
            const over = seen.filter((element) => {
                const box = element.getBoundingClientRect();
                const isShown = element.checkVisibility() && box.width > 1 && box.height > 1 && box.bottom > 0;
                return isShown && (box.right > width + 1 || box.left < -1);
            });
            const names = over.map((element) => `${element.tagName}.${element.className}`);
            return document.documentElement.scrollWidth > width ? ["page", ...names] : names;
        }"""
    )
    return found
