"""What can be wrong with the files of the dialogue, in words that say where and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.errors import BadFile, IVRError, Place


@dataclass(frozen=True, slots=True)
class FileFault:
    """One thing wrong in one file.

    ``kind`` is the word that certificates and tests know it by ("unknown prompt"); ``node``
    is the node of the table it belongs to, or empty.
    """

    kind: str
    where: Place
    what: str
    remedy: str
    node: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.remedy}"


class DialogueFileRefused(BadFile):
    """A menu, prompt or limits file cannot be used; every fault names its line and its remedy.

    ``where``, ``what`` and ``remedy`` are those of the first fault; ``faults`` has them all.
    """

    def __init__(self, faults: Sequence[FileFault]) -> None:
        first = faults[0]
        super().__init__(first.where, first.what, first.remedy)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class PromptUnknown(IVRError):
    """Somebody asked to speak a prompt that no prompt file has."""

    def __init__(self, prompt: str) -> None:
        super().__init__(
            f"There is no prompt {prompt!r}. Add it to the prompt file, or correct the name."
        )
        self.prompt = prompt


class PromptValueMissing(IVRError):
    """A prompt with a gap in it was to be spoken without the value for the gap."""

    def __init__(self, prompt: str, value: str) -> None:
        super().__init__(
            f"Prompt {prompt!r} needs a value for {{{value}}}. Pass it in `values`,"
            " or choose a prompt that does not need it."
        )
        self.prompt = prompt
        self.value = value


class StateUnreadable(IVRError):
    """A stored dialogue state cannot be understood at all."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The stored state of this dialogue cannot be read: {why}."
            " Put the caller into the line; a person helps on."
        )
