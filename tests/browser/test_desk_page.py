"""The desk as an agent uses it, in a real browser beside the practice telephones."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.town import ELDER, Town, open_town


@pytest.fixture(scope="module")
def desk_town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town for the pages: the database behind them is tested elsewhere."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copy(sqlite_template, folder / "hotline.db")
    with open_town(f"sqlite:///{folder / 'hotline.db'}", folder) as town:
        yield town


@pytest.fixture
def desk(desk_town: Town, new_page: NewPage) -> Page:
    """The desk's page, nobody signed in."""
    desk_town.tidy()
    return new_page(f"{desk_town.web_url}/desk/")


@pytest.mark.browser
def test_an_agent_signs_in_with_the_keyboard_and_takes_a_call(desk: Page, desk_town: Town) -> None:
    desk.get_by_label("工号").fill("1001")
    desk.keyboard.press("Enter")
    expect(desk.locator("#state")).to_contain_text("小休")
    desk.locator("h1").click()
    desk.keyboard.press("r")
    expect(desk.locator("#state")).to_contain_text("等待来电")

    elder = desk_town.dial(ELDER)
    elder.wait_to_hear("请按二").press("2")
    phone = desk_town.network.ringing("client:li")
    expect(desk.locator("#state")).to_contain_text("来电振铃")
    expect(desk.locator("#segment")).to_have_text("长者")
    expect(desk.locator("#topic")).to_have_text("理赔、报案")
    assert "0018" not in desk.locator("#number").inner_text()
    phone.answer()
    expect(desk.locator("#state")).to_contain_text("通话中")
    elder.wait_until_doing("conference")
    desk_town.let_pass(5)
    phone.hangup()
    expect(desk.locator("#state")).to_contain_text("话后整理")


@pytest.mark.browser
def test_the_desk_speaks_english_on_request_and_remembers_it(desk: Page) -> None:
    desk.get_by_role("button", name="English").click()
    expect(desk.get_by_role("heading", name="Agent desk")).to_be_visible()
    desk.reload()
    expect(desk.get_by_role("button", name="Sign in")).to_be_visible()


@pytest.mark.browser
def test_the_desk_says_what_is_wrong(desk: Page, desk_town: Town) -> None:
    desk.get_by_label("工号").fill("9999")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("alert")).to_contain_text("9999")
