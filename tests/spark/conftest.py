"""One lake, and one cluster for all who ask for it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.spark.cluster import Cluster, missing


@pytest.fixture(scope="session")
def lake_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    from django.test import override_settings

    from tests.makers.audiences import NOW, make_lake
    from tests.spark.rows import rows

    folder = tmp_path_factory.mktemp("lake")
    with override_settings(HUIQUN_LAKE=str(folder)):
        make_lake(now=NOW, **rows())
    yield folder


@pytest.fixture
def scope(lake_folder: Path, _own_lake: None, settings: Any) -> Any:
    """The lake of all tests here, with the members of another audience beside it."""
    from pyroaring import BitMap

    from huiqun.audiences.engine import Scope
    from tests.makers.audiences import TODAY

    settings.HUIQUN_LAKE = str(lake_folder)
    return Scope(today=TODAY, lake_version=1, sides={"audience_7": BitMap(range(0, 200, 3))})


@pytest.fixture(scope="session")
def postgres(lake_folder: Path) -> Iterator[Any]:
    """Temporary tables of one connection: nothing is left behind, and no test database is needed."""
    import psycopg
    from django.test import override_settings

    from tests.spark.witnesses import Postgres

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as opened:
        with override_settings(HUIQUN_LAKE=str(lake_folder)):
            witness = Postgres(opened, 1)
        yield witness


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    if lack := missing():
        if os.environ.get("CI"):
            pytest.fail(lack)
        pytest.skip(lack)
    with Cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


@pytest.fixture
def spark(cluster: Cluster, scope: Any, settings: Any) -> Any:
    """The engine as a bank has it: named in the settings."""
    from huiqun.audiences.engine import engine

    settings.HUIQUN_ENGINE = f"spark://{cluster.place}"
    return engine()
