"""Where the time of a check goes: looks a thousand times a second which stage the program is in."""

import signal
from collections import Counter
from collections.abc import Iterator
from types import FrameType
from typing import Any

EVERY_SECONDS = 0.001
STAGES = {
    "rulebook/model": "the model",
    "rulebook/disguises": "reading: words by sound and spelling",
    "rulebook/reading": "reading: script, width, filler",
    "rulebook/edits": "reading: script, width, filler",
    "rulebook/characters": "reading: script, width, filler",
    "rulebook/context": "context",
    "rulebook/sections": "context",
    "rulebook/functions": "counting functions",
    "rulebook/prefilter": "automaton",
    "rulebook/pattern": "expressions",
    "rulebook/matching": "choosing and trying expressions",
    "compliance/checks": "findings",
    "rulebook/stretches": "findings",
}


class Stages:
    """Counts samples by the innermost stage on the stack."""

    def __init__(self) -> None:
        self._samples: Counter[str] = Counter()

    def __enter__(self) -> "Stages":
        self._before: Any = signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, EVERY_SECONDS, EVERY_SECONDS)
        return self

    def __exit__(self, *_wrong: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, self._before)

    def shares(self) -> Iterator[tuple[str, float]]:
        total = sum(self._samples.values()) or 1
        for stage, count in self._samples.most_common():
            yield stage, count / total

    def _look(self, _signal: int, frame: FrameType | None) -> None:
        while frame is not None:
            for place, stage in STAGES.items():
                if place in frame.f_code.co_filename:
                    self._samples[stage] += 1
                    return
            frame = frame.f_back
        self._samples["the rest"] += 1
