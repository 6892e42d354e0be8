"""What the practice exchange does not do, in words for the page and the documentation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing a person at the practice page should not expect."""

    zh: str
    en: str


LACKS: Final[tuple[Lack, ...]] = (
    Lack(
        "没有真实的声音：播报和放音只是文字，所占时间按长度估算。",
        "No sound: speech and audio are words in a transcript that take their estimated time.",
    ),
    Lack(
        "语音识别不做识别：对方“说”的文字原样作为识别结果。",
        "No recogniser: the words a person types are the recognition result as they stand.",
    ),
    Lack(
        "不支持 <Dial><Queue>、<Dial><Sim>、<Start>/<Stop>（单向媒体流）、<Refer>、<Pay>、<Sms>。",
        "No <Dial><Queue>, <Dial><Sim>, <Start>/<Stop> (one-way streams), <Refer>, <Pay>, <Sms>.",
    ),
    Lack(
        "REST 只有 Calls、Conferences、Participants 和录音下载，没有其他资源。",
        "REST has Calls, Conferences, Participants and the download of a recording, and no other"
        " resource (no Queues, no list of Recordings).",
    ),
    Lack(
        "会议和 <Dial> 不录音；<Record> 的录音是同样长度的静音。",
        "Conferences and <Dial> are not recorded; a <Record> yields silence of the same length.",
    ),
    Lack(
        "没有留言机检测、转写、计费、来电显示姓名（CNAM）、STIR/SHAKEN 和 CallToken。",
        "No answering-machine detection, transcription, prices, CNAM, STIR/SHAKEN or CallToken.",
    ),
    Lack(
        "没有 TaskRouter、子账号、区域和限流；媒体流允许 ws://，真实运营商只允许 wss://。",
        "No TaskRouter, sub-accounts, regions or rate limits; streams may use ws://, while the"
        " real carrier insists on wss://.",
    ),
    Lack(
        "Gather 不发送部分识别结果，hints 和 profanityFilter 不起作用。",
        "Gather sends no partial results; hints and profanityFilter have no effect.",
    ),
)
