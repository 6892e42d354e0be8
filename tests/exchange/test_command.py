"""``python -m ivr exchange``."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

from ivr.exchange.client import PracticeClient

ROOT = Path(__file__).parents[2]


def test_the_command_says_where_it_listens_serves_the_page_and_stops_quietly(
    tmp_path: Path,
) -> None:
    agents = tmp_path / "agents.json"
    agents.write_text(json.dumps([{"endpoint": "client:li", "label": {"zh": "李", "en": "Li"}}]))
    command = [sys.executable, "-m", "ivr", "exchange", "--port", "0", "--agents", str(agents)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        assert PracticeClient(url).state()["agents"][0]["label"]["en"] == "Li"
        process.send_signal(signal.SIGINT)
        assert "has stopped" in process.stdout.read()
        assert process.wait(10) == 0
