"""Which engine works out rules: what HUIQUN_ENGINE names."""

import os
from functools import lru_cache
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from huiqun.audiences.engine.base import Engine
from huiqun.audiences.engine.duck import DuckEngine
from huiqun.foundation import lake

LOCAL = ("", "duckdb", "local")
SPARK = "spark://"


def engine() -> Engine:
    """DuckDB in this process, or the bank's cluster: one session with it per process."""
    named = settings.HUIQUN_ENGINE
    if named in LOCAL:
        return DuckEngine()
    if named.startswith(SPARK):
        return _spark(
            named.removeprefix(SPARK),
            settings.HUIQUN_SPARK_TOKEN,
            settings.HUIQUN_SPARK_LAKE or lake.folder().absolute().as_uri(),
            settings.HUIQUN_SPARK_TABLES,
            settings.HUIQUN_SPARK_SECONDS,
            os.getpid(),
        )
    raise ImproperlyConfigured(f"HUIQUN_ENGINE is {named}: it must be duckdb or spark://host:port.")


def warehouse_tables(text: str) -> dict[str, str]:
    """``profiles=dw.customers, transactions=dw.bookings``: dataset to table. :raises ImproperlyConfigured"""
    tables = {}
    for each in filter(None, (part.strip() for part in text.split(","))):
        dataset, equals, table = (part.strip() for part in each.partition("="))
        if not equals or not table or dataset not in lake.DATASETS:
            known = ", ".join(lake.DATASETS)
            raise ImproperlyConfigured(
                f"HUIQUN_SPARK_TABLES: write {each} as dataset=table; the datasets are {known}."
            )
        tables[dataset] = table
    return tables


@lru_cache(maxsize=8)
def _spark(place: str, token: str, root: str, tables: str, seconds: int, process: int) -> Engine:
    from huiqun.audiences.engine.spark import SparkEngine

    host, _slash, options = place.partition("/")
    if token:
        options += f";use_ssl=true;token={quote(token, safe='')}"
    return SparkEngine(f"sc://{host}/{options}", root=root, tables=warehouse_tables(tables), seconds=seconds)
