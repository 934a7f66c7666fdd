"""Who the customers are: one array per property, all drawn together from one seed."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from huiqun_demo.bank.structure import BRANCHES
from huiqun_demo.bank.words import INCOME_LIMITS, OCCUPATION_INCOME, OCCUPATIONS

Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float64]

NEW_DAYS, RECENT_DAYS = 90, 30
STAGES = ("new", "growing", "mature", "at_risk", "dormant")
NEW, GROWING, MATURE, AT_RISK, DORMANT = range(5)
STUDENT, RETIRED = OCCUPATIONS.index("学生"), OCCUPATIONS.index("退休")
EPOCH = np.datetime64("1970-01-01", "D")
NO_DAY = -999_999  # many were born before 1970, so that days may be negative


@dataclass(frozen=True, kw_only=True)
class Population:
    """Days are counted from 1970-01-01; a missing level is -1, a missing day NO_DAY."""

    size: int
    today: int
    ordinal: Ints
    branch: Ints
    male: Flags
    sex_known: Flags
    birth: Ints
    age: Ints
    occupation: Ints
    income: Floats
    income_band: Ints
    wealth: Floats
    risk_level: Ints
    assessed: Ints
    opened: Ints
    stage: Ints
    digital: Floats
    marital: Ints
    education: Ints
    has_phone: Flags
    has_email: Flags
    overdue: Flags
    borrower: Flags
    cardholder: Flags


def day_number(day: date) -> int:
    return int((np.datetime64(day, "D") - EPOCH).astype(int))


def draw_population(*, size: int, seed: int, today: date) -> Population:
    """Age decides occupation, both decide income, income and age decide wealth; risk, stage follow."""
    rng = np.random.default_rng([seed, 1])
    now = day_number(today)
    age_days = _ages(rng, size)
    age = (age_days / 365.2425).astype(np.int64)
    occupation = _occupations(rng, age)
    income = _incomes(rng, age, occupation)
    stage = rng.choice(5, size=size, p=(0.11, 0.42, 0.23, 0.10, 0.14)).astype(np.int64)
    stage[(stage == MATURE) & (age < 25)] = GROWING
    wealth = _wealth(rng, age, income, stage)
    risk_level, assessed = _risk(rng, age, wealth, stage, now)
    borrower, cardholder = _credit(rng, age, stage)
    grown = age >= 18
    return Population(
        size=size,
        today=now,
        ordinal=np.arange(1, size + 1),
        branch=rng.choice(len(BRANCHES), size=size, p=[branch.share for branch in BRANCHES]).astype(np.int64),
        male=rng.random(size) < 0.485,
        sex_known=rng.random(size) > 0.006,
        birth=now - age_days,
        age=age,
        occupation=occupation,
        income=income,
        income_band=np.searchsorted(INCOME_LIMITS, income, side="right").astype(np.int64),
        wealth=wealth,
        risk_level=risk_level,
        assessed=assessed,
        opened=_opened(rng, stage, age_days, now),
        stage=stage,
        digital=_digital(rng, age, stage),
        marital=_marital(rng, age),
        education=_education(rng, age),
        has_phone=rng.random(size) > 0.03,
        has_email=(rng.random(size) < np.where(age < 50, 0.55, 0.22)) & grown,
        overdue=(borrower | cardholder) & (rng.random(size) < 0.035),
        borrower=borrower,
        cardholder=cardholder,
    )


def _ages(rng: np.random.Generator, size: int) -> Ints:
    """Days of life: savers of working age, a large group over 46, a few minors."""
    centre = rng.choice((25.0, 36.0, 52.0, 67.0), size=size, p=(0.24, 0.36, 0.25, 0.15))
    years = np.clip(centre + rng.normal(0, 1, size) * (centre / 7.5), 18.05, 92)
    minor = rng.random(size) < 0.012
    years[minor] = rng.uniform(10, 17.9, int(minor.sum()))
    return (years * 365.2425).astype(np.int64)


def _occupations(rng: np.random.Generator, age: Ints) -> Ints:
    working = rng.choice(
        10, size=len(age), p=(0.30, 0.10, 0.17, 0.13, 0.07, 0.05, 0.05, 0.05, 0.05, 0.03)
    ).astype(np.int64)
    dice = rng.random(len(age))
    studying = (age < 18) | ((age < 23) & (dice < 0.75)) | ((age < 26) & (dice < 0.15))
    resting = (age >= 60) & (dice < 0.9) | (age >= 53) & (dice < 0.3)
    return np.where(studying, STUDENT, np.where(resting, RETIRED, working)).astype(np.int64)


def _incomes(rng: np.random.Generator, age: Ints, occupation: Ints) -> Floats:
    middle = np.array([pair[0] for pair in OCCUPATION_INCOME], dtype=np.float64)[occupation]
    spread = np.array([pair[1] for pair in OCCUPATION_INCOME], dtype=np.float64)[occupation]
    career = np.clip(0.55 + 0.45 * (np.minimum(age, 42) - 22) / 18, 0.5, 1.1)
    career[(occupation == STUDENT) | (occupation == RETIRED)] = 1.0
    return np.asarray(middle * career * np.exp(rng.normal(0, 1, len(age)) * spread), dtype=np.float64)


def _wealth(rng: np.random.Generator, age: Ints, income: Floats, stage: Ints) -> Floats:
    """Yuan held at this bank a year ago or at opening; heavy on the right, as it is in banks."""
    kept = 0.25 + 0.035 * np.clip(age - 22, 0, 45)
    factor = np.array((0.35, 0.7, 3.2, 1.4, 0.05))[stage]
    return np.asarray(income * kept * factor * np.exp(rng.normal(-0.6, 1.05, len(age))), dtype=np.float64)


def _risk(rng: np.random.Generator, age: Ints, wealth: Floats, stage: Ints, now: int) -> tuple[Ints, Ints]:
    score = 2.7 + 0.35 * np.log10(np.maximum(wealth, 1000) / 50_000) - (age - 40) / 32
    level = np.clip(np.rint(score + rng.normal(0, 0.85, len(age))), 1, 5).astype(np.int64)
    assessed = now - rng.integers(1, 500, len(age))
    never = (rng.random(len(age)) < np.array((0.35, 0.10, 0.02, 0.06, 0.40))[stage]) | (age < 18)
    return np.where(never, -1, level), np.where(never, NO_DAY, assessed)


def _credit(rng: np.random.Generator, age: Ints, stage: Ints) -> tuple[Flags, Flags]:
    of_age = (age >= 20) & (age < 62) & (stage != DORMANT)
    return of_age & (rng.random(len(age)) < 0.17), of_age & (rng.random(len(age)) < 0.33)


def _opened(rng: np.random.Generator, stage: Ints, age_days: Ints, now: int) -> Ints:
    """Nobody's account is older than its holder's sixteenth birthday, except children's."""
    longest = np.clip(age_days - 16 * 365, 400, 18 * 365)
    days = 370 + (rng.random(len(stage)) * (longest - 370)).astype(np.int64)
    fresh = rng.integers(1, NEW_DAYS, len(stage))
    return np.asarray(now - np.where(stage == NEW, fresh, days), dtype=np.int64)


def _digital(rng: np.random.Generator, age: Ints, stage: Ints) -> Floats:
    """How often the app is opened in a month."""
    base = np.clip(14 - 0.17 * np.clip(age - 25, 0, 60), 1.5, 14)
    factor = np.array((1.2, 1.0, 1.15, 0.35, 0.0))[stage]
    return np.asarray(base * factor * np.exp(rng.normal(-0.2, 0.6, len(age))), dtype=np.float64)


def _marital(rng: np.random.Generator, age: Ints) -> Ints:
    dice = rng.random(len(age))
    married = np.clip((age - 22) / 12, 0, 0.86)
    return np.where(age < 22, 0, np.where(dice < married, 1, np.where(age < 36, 0, np.where(age < 66, 2, 3))))


def _education(rng: np.random.Generator, age: Ints) -> Ints:
    higher = np.clip(0.85 - 0.012 * np.clip(age - 24, 0, 60), 0.12, 0.85)
    dice = rng.random(len(age))
    level = np.where(
        dice < higher * 0.14, 3, np.where(dice < higher * 0.62, 2, np.where(dice < higher, 1, 0))
    )
    return np.where(age < 18, 0, level).astype(np.int64)


def as_dates(days: Ints) -> list[Any]:
    """Python dates, None where NO_DAY."""
    values = (EPOCH + days.astype("timedelta64[D]")).astype(object)
    return [
        None if day == NO_DAY else value for day, value in zip(days.tolist(), values.tolist(), strict=True)
    ]
