"""A bank's whole customer file through `huiqun import customers`: rows a second, peak memory; limit 500 MB."""

import csv
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import bank
from benchmarks.report import Result

ROWS = int(os.environ.get("HUIQUN_BENCH_CUSTOMERS", "1000000"))
LIMIT_MB = 500
MAPPING = bank.ROOT / "src" / "huiqun" / "customers" / "mappings" / "demo_bank.toml"
HEADER = (
    *("客户号", "姓名", "性别", "证件号码", "卡号", "手机号码", "电子邮箱", "微信OpenID", "联系地址"),
    *("出生日期", "职业", "收入区间", "城市", "风险等级", "风险测评日期", "开户日期", "生命周期", "逾期标志"),
    *("所属机构号", "婚姻状况", "学历"),
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def run() -> Result:
    bank.connect(f"import_{ROWS}")
    _empty()
    outlets = [outlet.code for outlet in bank.make_branches()]
    file = _file(outlets)
    result = Result(header=("import", "rows", "seconds", "rows/s", "peak MB", "of limit"))
    peaks, speeds = [], []
    for title in ("new", "the same again"):
        seconds, peak = _import(file)
        _check_all_are_there()
        result.rows.append((title, ROWS, seconds, ROWS / seconds, peak, peak / LIMIT_MB))
        peaks.append(peak)
        speeds.append(ROWS / seconds)
    result.values = {
        "rows": ROWS,
        "rows_per_second": speeds[0],
        "again_rows_per_second": speeds[1],
        "peak_mb": max(peaks),
        "of_limit": max(peaks) / LIMIT_MB,
    }
    return result


def _empty() -> None:
    """What an earlier run brought in goes: each run starts from no customers."""
    from django.db import connection

    tables = ("customers_customer", "customers_consent", "customers_consentrecord", "customers_importrun")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
        cursor.execute("SET session_replication_role = DEFAULT")
    connection.close()


def _import(file: Path) -> tuple[float, float]:
    """Seconds and peak resident megabytes of the command in a process of its own."""
    command = [sys.executable, "-m", "huiqun.config.command_line", "import", "customers", str(file)]
    began = time.monotonic()
    child = subprocess.Popen([*command, "--mapping", str(MAPPING)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"the import ended with {child.returncode}")
    return time.monotonic() - began, usage.ru_maxrss / 1024


def _check_all_are_there() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_customer")
        (there,) = cursor.fetchone()
    connection.close()
    if there != ROWS:
        raise RuntimeError(f"{there:,} customers instead of {ROWS:,}: the import refused rows")


def _file(outlets: Sequence[str]) -> Path:
    """Written once for each size and kept."""
    path = bank.ROOT / "var" / "bench" / f"customers-{ROWS}.csv"
    if not path.exists():
        draft = path.with_suffix(".part")
        with draft.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            writer.writerows(_rows(outlets))
        draft.rename(path)
    return path


def _rows(outlets: Sequence[str]) -> Iterator[Sequence[object]]:
    chance = random.Random(20261120)
    for number in range(1, ROWS + 1):
        year, month, day = 1945 + number % 60, 1 + number % 12, 1 + number % 28
        born = f"{year}-{month:02d}-{day:02d}"
        yield (
            *(f"N{number:08d}", "王" + chr(0x4E00 + chance.randrange(5000)) + chr(0x4E00 + number % 5000)),
            *(chance.choice("男女"), _id_number(f"330106{born.replace('-', '')}{number % 1000:03d}")),
            *(_card(f"622202{number:09d}"), f"139{number % 10**8:08d}", f"n{number}@example.com"),
            *(f"o{number:027d}", f"杭州市西湖区文三路{number % 999 + 1}号{chance.randrange(1, 40)}幢"),
            *(born, chance.choice(("职员", "教师", "个体经营")), "10-20万", "杭州"),
            *(f"C{chance.randrange(1, 6)}", "2026-06-01", f"20{number % 20 + 5:02d}-03-01"),
            *(chance.choice(("新客", "成长", "成熟", "流失预警", "沉睡")), "否", chance.choice(outlets)),
            *(chance.choice(("已婚", "未婚")), chance.choice(("本科", "大专", "高中"))),
        )


def _id_number(first: str) -> str:
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, WEIGHTS, strict=True)) % 11]


def _card(first: str) -> str:
    doubled = (int(d) * (1 + place % 2) for place, d in enumerate(reversed(first), 1))
    return first + str(-sum(value // 10 + value % 10 for value in doubled) % 10)
