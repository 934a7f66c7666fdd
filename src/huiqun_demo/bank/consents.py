"""Who agreed to be written to, by channel and purpose. Most have said something, many have not."""

import numpy as np

from huiqun_demo.bank.behaviour import Columns
from huiqun_demo.bank.population import DORMANT, Population

CHANNELS = ("sms", "email")
# Share that gave, and share that gave and later withdrew; the rest never said anything.
SHARES = {
    ("sms", "marketing"): (0.66, 0.08),
    ("email", "marketing"): (0.50, 0.07),
    ("sms", "service"): (0.93, 0.01),
}
OLD_TEXT, CURRENT_TEXT = "1", "2"
OLD_TEXT_DAYS, CURRENT_TEXT_DAYS = 720, 660  # so long ago the texts were published


def draw_consents(people: Population, *, seed: int) -> Columns:
    """One row per statement: a withdrawal follows its consent. `at` is UTC microseconds."""
    rng = np.random.default_rng([seed, 6])
    parts: list[Columns] = []
    for (channel, purpose), (given, withdrawn) in SHARES.items():
        dice = rng.random(people.size)
        willing = np.where(people.stage == DORMANT, 0.6, 1.0)
        gave = (dice < (given + withdrawn) * willing) & (people.age >= 14)
        left = gave & (dice < withdrawn * willing)
        earliest = np.maximum(people.opened, people.today - 700)
        day = earliest + (rng.random(people.size) * 0.8 * (people.today - earliest)).astype(np.int64)
        old = day < people.today - CURRENT_TEXT_DAYS
        later = np.minimum(day + rng.integers(5, 300, people.size), people.today - 1)
        parts.append(_statements(rng, people, np.nonzero(gave)[0], day, "given", channel, purpose, old))
        parts.append(_statements(rng, people, np.nonzero(left)[0], later, "withdrawn", channel, purpose, old))
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(columns["at"], kind="stable")
    return {name: values[order] for name, values in columns.items()}


def _statements(
    rng: np.random.Generator,
    people: Population,
    index: np.ndarray[tuple[int], np.dtype[np.int64]],
    day: np.ndarray[tuple[int], np.dtype[np.int64]],
    state: str,
    channel: str,
    purpose: str,
    old: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> Columns:
    size = len(index)
    # A withdrawal is later in its day than a consent, so that the two keep their order.
    second = rng.integers(3600, 7200, size) if state == "given" else rng.integers(14_400, 28_800, size)
    source = rng.choice(("app", "counter", "web"), size, p=(0.7, 0.25, 0.05)).astype(object)
    return {
        "ordinal": people.ordinal[index],
        "channel": np.full(size, channel, dtype=object),
        "purpose": np.full(size, purpose, dtype=object),
        "state": np.full(size, state, dtype=object),
        "text_version": np.where(old[index], OLD_TEXT, CURRENT_TEXT).astype(object),
        "at": (day[index] * 86_400 + second) * 1_000_000,
        "source": source,
    }
