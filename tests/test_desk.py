"""The agents' desk over HTTP: states, refusals in words, and nobody else's buttons."""

from __future__ import annotations

from urllib.request import urlopen

import pytest

from ivr.flows.roster import new_duty_code
from tests.calls import in_line
from tests.town import Desk, NotAllowed, Town


def test_an_agent_signs_in_gets_ready_takes_a_break_and_goes_home(town: Town) -> None:
    li = town.desk("1001")
    assert li.state == "not_ready"
    assert li.ready().state == "ready"
    li.post("not-ready", reason="meal")
    assert (li.state, li.me["reason"]) == ("not_ready", "meal")
    li.post("sign-out")
    with pytest.raises(NotAllowed) as refused:
        li.post("ready")
    assert refused.value.status == 401


@pytest.mark.parametrize("state", ["ready", "ringing"])
def test_whoever_signs_in_again_on_duty_is_where_they_were(town: Town, state: str) -> None:
    li = town.desk("1001").ready()
    if state == "ringing":
        in_line(town)
        li.wait_until("ringing")

    assert town.desk("1001").state == state


def test_a_button_that_does_not_fit_is_refused_in_words_and_changes_nothing(town: Town) -> None:
    li = town.desk("1001").ready()
    in_line(town)
    li.wait_until("ringing")

    with pytest.raises(NotAllowed) as refused:
        li.post("sign-out")
    assert refused.value.status == 409
    assert "ringing" in str(refused.value.body)
    assert li.state == "ringing"


@pytest.mark.parametrize(
    ("agent_no", "status"), [("9999", 404), ("", 404), ("1001' OR 1=1", 404), ("一", 404)]
)
def test_nobody_signs_in_under_a_number_that_is_not_on_the_roster(
    town: Town, agent_no: str, status: int
) -> None:
    with pytest.raises(NotAllowed) as refused:
        Desk(town, agent_no)
    assert refused.value.status == status


def test_a_duty_code_opens_its_own_desk_and_no_other(town: Town) -> None:
    code = new_duty_code(town.store, "1001")
    li = town.desk("1002")
    assert li.post("sign-in", agent_no="1001", code=code)["agent_no"] == "1001"
    for agent_no, wrong in (("1002", code), ("1001", "guess"), ("1001", "码")):
        with pytest.raises(NotAllowed) as refused:
            li.post("sign-in", agent_no=agent_no, code=wrong)
        assert refused.value.status == 401


@pytest.mark.parametrize("reason", ["", "lunch", "<b>", "x" * 500])
def test_a_reason_that_is_not_on_the_list_is_refused(town: Town, reason: str) -> None:
    li = town.desk("1001")
    with pytest.raises(NotAllowed) as refused:
        li.post("not-ready", reason=reason)
    assert refused.value.status == 400


def test_the_desk_runs_nobody_elses_scripts_and_stays_out_of_caches(town: Town) -> None:
    with urlopen(f"{town.web_url}/desk/", timeout=10) as page:
        headers = page.headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_a_strangers_page_cannot_press_the_buttons(town: Town) -> None:
    li = town.desk("1001")
    li.forget_the_header()
    with pytest.raises(NotAllowed) as refused:
        li.post("ready")
    assert refused.value.status == 403
