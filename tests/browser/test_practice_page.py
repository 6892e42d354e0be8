"""The practice page, driven by mouse and keyboard in a real browser against the real exchange."""

from __future__ import annotations

import re
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Locator, Page, expect

from ivr.exchange.server import RunningExchange, run_in_thread
from ivr.exchange.settings import Label, ListedPhone, Settings

WANG: Final = "+861000000018"
LI: Final = "client:li"
MENU: Final = "您好，这里是练习热线。查保单请按1。找人请按0。不按也行，请慢慢听，不着急。"
POLICY: Final = "好的，查保单。"
FINDING: Final = "正在帮您找人。"

SETTINGS: Final = Settings(
    port=0,
    callers=(
        ListedPhone(WANG, Label("王奶奶，北京", "Mrs Wang, Beijing")),
        ListedPhone("+862800000021", Label("老陈，成都", "Mr Chen, Chengdu")),
    ),
    agents=(ListedPhone(LI, Label("李敏", "Li Min")),),
)


class Hotline(ThreadingHTTPServer):
    """A hotline of three sentences: 1 is answered, 0 rings the agent and meets her in a room."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.exchange_url = ""
        self.reached = threading.Event()

    @property
    def url(self) -> str:
        """Where the exchange asks for TwiML."""
        return f"http://127.0.0.1:{self.server_port}/voice"

    def twiml(self, path: str, form: dict[str, list[str]]) -> str:
        """What to do next on a call."""
        pressed = form.get("Digits", [""])[0]
        if path == "/key" and pressed == "0":
            self._ring_the_agent()
            return f"<Say>{FINDING}</Say>{_room()}"
        answer = f"<Say>{POLICY}</Say>" if pressed == "1" else ""
        return (
            f'{answer}<Gather numDigits="1" timeout="30" action="/key"><Say>{MENU}</Say></Gather>'
        )

    def _ring_the_agent(self) -> None:
        path = f"/2010-04-01/Accounts/{SETTINGS.account_sid}/Calls.json"
        form = {
            "From": SETTINGS.numbers[0],
            "To": LI,
            "Twiml": f"<Response>{_room()}</Response>",
        }
        secret = b64encode(f"{SETTINGS.account_sid}:{SETTINGS.auth_token}".encode()).decode()
        request = Request(self.exchange_url + path, urlencode(form).encode())
        request.add_header("Authorization", f"Basic {secret}")
        urlopen(request, timeout=5).close()


def _room() -> str:
    return '<Dial><Conference beep="false" waitUrl="">room</Conference></Dial>'


class _Request(BaseHTTPRequestHandler):
    server: Hotline

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        form = parse_qs(self.rfile.read(length).decode())
        twiml = f"<Response>{self.server.twiml(urlsplit(self.path).path, form)}</Response>"
        body = twiml.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output quiet."""


@pytest.fixture
def hotline() -> Iterator[Hotline]:
    server = Hotline()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def exchange(hotline: Hotline) -> Iterator[RunningExchange]:
    running = run_in_thread(replace(SETTINGS, voice_url=hotline.url))
    hotline.exchange_url = running.url
    yield running
    running.stop()


@pytest.fixture
def page(exchange: RunningExchange, new_page: Callable[..., Page]) -> Page:
    opened = new_page(exchange.url, locale="zh-CN")
    expect(opened.locator("#line-words")).to_have_text("已连接")
    return opened


def phone(page: Page, endpoint: str) -> Locator:
    """The telephone of *endpoint* on the bench."""
    return page.locator(f"[data-phone='{endpoint}']")


def hears(page: Page, endpoint: str, words: str) -> None:
    """Wait until these words stand in the conversation of a phone."""
    expect(phone(page, endpoint).get_by_role("log")).to_contain_text(words)


def dial_as_wang(page: Page) -> Locator:
    """Pick up Mrs Wang's phone and wait for the menu."""
    page.get_by_role("button", name="王奶奶，北京 010 0000 0018").click()
    hears(page, WANG, MENU)
    return phone(page, WANG)


def meet(page: Page) -> tuple[Locator, Locator]:
    """Mrs Wang asks for a person, and the agent answers; both phones."""
    wang, li = dial_as_wang(page), phone(page, LI)
    wang.get_by_role("button", name="0", exact=True).click()
    hears(page, WANG, FINDING)
    li.get_by_role("button", name="接听").click()
    hears(page, LI, "进入通话室")
    return wang, li


def test_a_newcomer_dials_as_a_prepared_caller_and_reads_what_is_said(page: Page) -> None:
    wang = dial_as_wang(page)

    expect(wang.locator(".display-far")).to_have_text("热线 010 0009 5519")
    expect(wang.locator(".display-state")).to_have_text("对方在说话")
    expect(wang.locator(".display-hint")).to_have_text("可以按键")
    expect(wang.locator(".display-time")).to_have_text(re.compile(r"0:0\d"))


def test_a_key_pressed_with_the_mouse_cuts_the_voice_short_and_is_answered(page: Page) -> None:
    wang = dial_as_wang(page)

    wang.get_by_role("button", name="1", exact=True).click()

    hears(page, WANG, POLICY)
    expect(wang.locator(".display-keys")).to_have_text("1")
    expect(wang.locator(".turn.cut .rest")).to_contain_text("不着急。")


def test_the_keyboard_presses_the_keys_of_the_phone_in_hand_only(page: Page) -> None:
    wang = dial_as_wang(page)
    page.get_by_role("button", name="老陈，成都").click()
    hears(page, "+862800000021", MENU)

    page.keyboard.press("1")

    hears(page, "+862800000021", POLICY)
    expect(wang.locator(".display-keys")).to_have_text("")
    wang.get_by_label("王奶奶，北京说的话").fill("1")
    expect(wang.locator(".display-keys")).to_have_text("")


def test_the_agents_phone_rings_visibly_and_can_be_declined(page: Page) -> None:
    wang, li = dial_as_wang(page), phone(page, LI)

    page.keyboard.press("0")

    expect(li.locator(".display-state")).to_have_text("来电")
    expect(page).to_have_title("☎ 李敏的电话在响")
    li.get_by_role("button", name="不接").click()
    expect(li.locator(".display-state")).to_have_text("没接（忙音）")
    expect(page).to_have_title("练习电话台")
    expect(wang.locator(".display-state")).to_contain_text("一个人在通话室")


def test_both_sides_talk_are_seen_in_the_room_and_hang_up(page: Page) -> None:
    wang, li = meet(page)
    people = page.locator(".room-people li")
    expect(people.filter(has_text="王奶奶，北京：在说在听")).to_be_visible()
    expect(people.filter(has_text="李敏：在说在听")).to_be_visible()

    page.get_by_label("王奶奶，北京说的话").fill("我想问问保单。")
    page.keyboard.press("Enter")
    hears(page, LI, "我想问问保单。")
    page.get_by_label("李敏说的话").fill("您慢慢说，我听着。")
    li.get_by_role("button", name="说", exact=True).click()
    hears(page, WANG, "您慢慢说，我听着。")
    expect(wang.locator(".turn.person .who")).to_contain_text("李敏")

    wang.get_by_role("button", name="挂断").click()

    expect(wang.locator(".display-state")).to_have_text("已挂断")
    expect(wang.get_by_role("button", name="再打一次")).to_be_focused()
    expect(li.locator(".display-state")).to_contain_text("一个人在通话室")
    li.get_by_role("button", name="掉线").click()
    expect(li.locator(".display-state")).to_have_text("断线了")


def test_a_phone_that_is_switched_off_does_not_ring(page: Page) -> None:
    li = phone(page, LI)
    li.locator(".power").click()
    expect(li.locator(".phone-number")).to_have_text("li · 关机")

    dial_as_wang(page)
    page.keyboard.press("0")

    expect(li.locator(".display-state")).to_have_text("没人接")
    li.locator(".power").click()
    expect(li.locator(".phone-number")).to_have_text("li · 开机")


def test_the_webhooks_can_be_opened_to_see_the_twiml(page: Page) -> None:
    wang = dial_as_wang(page)

    wang.get_by_text("技术细节 2 条").click()
    wang.locator(".tech-webhook summary").click()

    expect(wang.locator("pre")).to_contain_text('<Gather numDigits="1" timeout="30" action="/key">')


def test_a_fault_that_is_asked_for_is_listed_happens_and_can_be_removed(page: Page) -> None:
    page.get_by_role("button", name="三个请求各迟到 5 秒").click()
    rule = page.get_by_role("button", name="去掉：语音请求 · 迟到 5 秒 · 3 次")
    expect(rule).to_be_visible()
    page.get_by_role("button", name="王奶奶，北京").click()
    expect(phone(page, WANG).locator(".display-state")).to_have_text("正在拨通")
    expect(page.get_by_role("button", name="去掉：语音请求 · 迟到 5 秒 · 2 次")).to_be_visible()

    page.get_by_role("button", name="全部去掉").click()
    page.get_by_role("radio", name="20 倍").check(force=True)

    expect(page.get_by_text("线路正常，没有捣乱。")).to_be_visible()
    hears(page, WANG, MENU)


def test_english_is_chosen_once_and_remembered(page: Page) -> None:
    dial_as_wang(page)

    page.get_by_role("button", name="English").click()
    expect(phone(page, WANG).get_by_role("button", name="Hang up")).to_be_visible()
    page.reload()

    expect(page.get_by_role("heading", name="Practice telephone bench")).to_be_visible()
    expect(phone(page, WANG).locator("h3")).to_have_text("Mrs Wang, Beijing")
    hears(page, WANG, MENU)
    assert page.locator("html").get_attribute("lang") == "en"


def test_a_lost_connection_is_shown_and_found_again(
    hotline: Hotline, new_page: Callable[..., Page]
) -> None:
    settings = replace(SETTINGS, voice_url=hotline.url)
    before = run_in_thread(settings)
    try:
        page = new_page(before.url, locale="zh-CN")
        dial_as_wang(page)
    finally:
        before.stop()

    expect(page.get_by_text("跟交换台的连接断了")).to_be_visible()
    again = run_in_thread(replace(settings, port=urlsplit(before.url).port or 0))
    try:
        expect(page.locator("#line-words")).to_have_text("已连接")
        expect(page.get_by_text("跟交换台的连接断了")).to_be_hidden()
        # The exchange was started anew: the call is gone, and a new one can be made.
        expect(phone(page, WANG)).to_have_count(0)
        dial_as_wang(page)
    finally:
        again.stop()


def test_everything_fits_on_a_small_telephone(
    exchange: RunningExchange, new_page: Callable[..., Page]
) -> None:
    small = new_page(exchange.url, viewport={"width": 360, "height": 740}, locale="zh-CN")
    dial_as_wang(small)
    for language in ("中文", "English"):
        small.get_by_role("button", name=language).click()
        width = small.evaluate("document.documentElement.scrollWidth")
        assert width == 360, language
