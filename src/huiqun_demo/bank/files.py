"""Writes the demo bank as the files a bank's own systems would deliver: by customer number, once a day."""

import csv
import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from huiqun_demo.bank import identifiers, words
from huiqun_demo.bank.behaviour import Columns, draw_aum, draw_events, draw_holdings, draw_transactions
from huiqun_demo.bank.consents import draw_consents
from huiqun_demo.bank.population import NO_DAY, STAGES, Population, as_dates, draw_population
from huiqun_demo.bank.structure import BRANCHES

SEED = 20_261
FULL, SMALL = 20_000, 2_000
FORMAT = 1  # raise when the files change shape, so that old ones are written anew
BANK_ZONE = ZoneInfo("Asia/Shanghai")
DATASETS = ("holdings", "aum", "transactions", "app_events")

CUSTOMER_COLUMNS = (
    "客户号",
    "姓名",
    "性别",
    "出生日期",
    "证件号码",
    "卡号",
    "手机号码",
    "电子邮箱",
    "微信OpenID",
    "联系地址",
    "城市",
    "职业",
    "收入区间",
    "风险等级",
    "风险测评日期",
    "生命周期",
    "开户日期",
    "所属机构号",
    "逾期标志",
    "婚姻状况",
    "学历",
)
CONSENT_COLUMNS = ("客户号", "渠道", "用途", "状态", "授权书版本", "时间", "来源")
STAGE_WORDS = {"new": "新客", "growing": "成长", "mature": "成熟", "at_risk": "流失预警", "dormant": "沉睡"}
CONSENT_WORDS = {
    "sms": "短信",
    "email": "邮件",
    "marketing": "营销",
    "service": "服务",
    "given": "同意",
    "withdrawn": "撤回",
}


def generate(
    folder: Path,
    *,
    now: datetime,
    size: int = FULL,
    seed: int = SEED,
    progress: Callable[[str], None] = print,
) -> Path:
    """Write the bank as of `now`'s local day, unless that very bank is there already."""
    today = now.astimezone(BANK_ZONE).date()
    label = {"format": FORMAT, "seed": seed, "size": size, "today": today.isoformat()}
    made = folder / "made.json"
    if made.exists() and json.loads(made.read_text()) == label:
        return folder
    started = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    made.unlink(missing_ok=True)
    people = draw_population(size=size, seed=seed, today=today)
    aum, aum_rows = draw_aum(people, seed=seed)
    holdings = draw_holdings(people, aum, seed=seed)
    _write_customers(folder / "customers.csv", people, seed=seed)
    _write_consents(folder / "consents.csv", draw_consents(people, seed=seed))
    _write_dataset(folder, "aum", aum_rows)
    _write_dataset(folder, "holdings", holdings)
    _write_dataset(folder, "transactions", draw_transactions(people, holdings, seed=seed))
    _write_dataset(folder, "app_events", draw_events(people, seed=seed))
    made.write_text(json.dumps(label))
    progress(f"demo bank written: {size:,} customers in {time.monotonic() - started:.1f} s")
    return folder


def _write_customers(path: Path, people: Population, *, seed: int) -> None:
    rng = np.random.default_rng([seed, 7])
    surname = rng.integers(0, len(words.SURNAMES), people.size)
    given = rng.integers(0, min(len(words.GIVEN_FEMALE), len(words.GIVEN_MALE)), people.size)
    tail = rng.integers(0, len(words.TWO_SYLLABLE_TAILS), people.size)
    street = rng.integers(0, len(words.STREETS), people.size)
    house = rng.integers(1, 400, people.size)
    birth, assessed, opened = as_dates(people.birth), as_dates(people.assessed), as_dates(people.opened)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(CUSTOMER_COLUMNS)
        for i in range(people.size):
            ordinal, male = i + 1, bool(people.male[i])
            branch = BRANCHES[people.branch[i]]
            writer.writerow(
                (
                    identifiers.customer_number(ordinal),
                    identifiers.name(surname=surname[i], given=given[i], tail=tail[i], male=male),
                    ("男" if male else "女") if people.sex_known[i] else "",
                    birth[i],
                    identifiers.identity_number(
                        city=branch.city, birth_date=birth[i], male=male, ordinal=ordinal
                    ),
                    identifiers.card_number(ordinal),
                    identifiers.phone(ordinal) if people.has_phone[i] else "",
                    identifiers.email(ordinal) if people.has_email[i] else "",
                    identifiers.openid(ordinal) if people.digital[i] > 5 else "",
                    f"{branch.city}市{words.STREETS[street[i]]}{house[i]}号",
                    branch.city,
                    words.OCCUPATIONS[people.occupation[i]],
                    words.INCOME_BANDS[people.income_band[i]],
                    f"C{people.risk_level[i]}" if people.risk_level[i] > 0 else "",
                    assessed[i] or "",
                    STAGE_WORDS[STAGES[people.stage[i]]],
                    opened[i],
                    branch.code,
                    "是" if people.overdue[i] else "否",
                    words.MARITAL[people.marital[i]],
                    words.EDUCATION[people.education[i]],
                )
            )


def _write_consents(path: Path, rows: Columns) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(CONSENT_COLUMNS)
        for ordinal, channel, purpose, state, version, at, source in zip(
            rows["ordinal"].tolist(),
            rows["channel"],
            rows["purpose"],
            rows["state"],
            rows["text_version"],
            rows["at"].tolist(),
            rows["source"],
            strict=True,
        ):
            moment = (epoch + timedelta(microseconds=at)).astimezone(BANK_ZONE)
            writer.writerow(
                (
                    identifiers.customer_number(ordinal),
                    CONSENT_WORDS[channel],
                    CONSENT_WORDS[purpose],
                    CONSENT_WORDS[state],
                    version,
                    moment.isoformat(timespec="seconds"),
                    source,
                )
            )


def _write_dataset(folder: Path, name: str, columns: Columns) -> None:
    pq.write_table(as_table(columns), folder / f"{name}.parquet", compression="zstd")


def as_table(columns: Columns) -> pa.Table:
    """Columns of a dataset with the customer's number in place of the ordinal."""
    arrays: dict[str, pa.Array] = {"number": _numbers(columns["ordinal"])}
    for name, values in columns.items():
        if name == "ordinal":
            continue
        if name == "at":
            arrays[name] = (
                pa.array(values, type=pa.int64()).cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
            )
        elif name in ("dt", "matures_date"):
            days = pa.array(values.astype(np.int32), type=pa.int32(), mask=values == NO_DAY)
            arrays[name] = days.cast(pa.date32())
        elif values.dtype == object:
            arrays[name] = pa.array(values, type=pa.string(), mask=values == "")
        else:
            arrays[name] = pa.array(values)
    return pa.table(arrays)


def _numbers(ordinals: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pa.Array:
    return pa.array(
        np.char.add("80", np.char.zfill(ordinals.astype(str), 8)).astype(object), type=pa.string()
    )
