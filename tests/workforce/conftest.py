from collections.abc import Callable
from typing import Any

import pytest


class LastStepFailed(Exception):
    pass


@pytest.fixture
def failing_facts(monkeypatch: pytest.MonkeyPatch) -> type[Exception]:
    """Recording the fact, an action's last step, fails."""

    def fail(*args: Any, **kwargs: Any) -> None:
        raise LastStepFailed

    monkeypatch.setattr("huiqun.foundation.facts.record", fail)
    return LastStepFailed


@pytest.fixture
def kinds_about() -> Callable[[str, int], list[str]]:
    """The kinds of facts about something, oldest first."""
    from huiqun.foundation import facts

    def kinds(noun: str, subject_id: int) -> list[str]:
        return [fact.kind for fact in facts.about(noun, subject_id).order_by("id")]

    return kinds


@pytest.fixture
def north_administrator(north: Any) -> Any:
    from tests.conftest import make_staff

    return make_staff("north_admin", north, "administrator", full_name="北管")
