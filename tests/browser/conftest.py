"""A real Chromium for the tests of the pages, and pictures of what it showed when one fails."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT: Final = Path(__file__).parents[2]
ARTEFACTS: Final = Path(os.environ.get("TEST_ARTEFACTS", ROOT / ".artefacts"))
PATIENCE_MS: Final = 5_000
CHROMIUM_NAMES: Final = (
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
CHROMIUM_ARGS: Final = (
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)

NewPage = Callable[..., Page]
OUTCOME: Final = pytest.StashKey[dict[str, pytest.TestReport]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser, and says so."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep each phase's outcome where fixtures can see it when they are taken down."""
    report = yield
    item.stash.setdefault(OUTCOME, {})[report.when] = report
    return report


def find_chromium() -> str | None:
    """The browser that CHROMIUM names, else one of the usual ones; None when there is none."""
    named = os.environ.get("CHROMIUM")
    for name in (named,) if named else CHROMIUM_NAMES:
        if found := shutil.which(name):
            return found
    return None


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the session.

    Without one the tests are skipped, or fail when REQUIRE_BROWSER is 1.
    """
    path = find_chromium()
    if path is None:
        reason = "No Chromium found. Install it (Debian: chromium) or name it in CHROMIUM."
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGS))
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    """Open a page in a browser profile of its own: ``new_page(url, viewport=…, …)``.

    A script error on any page fails the test; a test that fails leaves a picture of each page.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def opened(url: str, **options: Any) -> Page:  # Any: the options of a browser context
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}} | options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(url)
        return page

    yield opened
    report = request.node.stash.get(OUTCOME, {}).get("call")
    if errors or (report is not None and report.failed):
        _picture(request.node.name, contexts)
    for context in contexts:
        context.close()
    assert not errors, f"The page's script failed: {errors}"


def _picture(test: str, contexts: list[BrowserContext]) -> None:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "-", test).strip("-")
    for number, context in enumerate(contexts, start=1):
        for page in context.pages:
            page.screenshot(path=ARTEFACTS / f"{name}-{number}.png", full_page=True)
