"""Who is killed while building features leaves those in use as they were, and nobody locked out."""

import os
import subprocess
import sys
from pathlib import Path

from huiqun.audiences import features
from huiqun.audiences.features import states
from huiqun.foundation import lake
from tests.audiences.test_features import COUNT, add, build, ids, small_lake
from tests.makers.audiences import transaction

ROOT = Path(__file__).parents[2]
BUILDER = """
import time, django
django.setup()
from huiqun.audiences.features import building
from tests.audiences.test_features import COUNT, build

def stuck(*given):
    given[0].execute("CREATE TABLE draft.half AS SELECT * FROM profiles")
    print("half way", flush=True)
    time.sleep(60)

building.assemble = stuck
build([COUNT])
"""


def test_a_builder_that_is_killed_leaves_the_old_file_in_use() -> None:
    small_lake()
    first = build([COUNT])
    add({"transactions": [transaction("t3", 1, "spend")]})
    environment = {**os.environ, "HUIQUN_LAKE": str(lake.folder()), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", BUILDER], env=environment, stdout=subprocess.PIPE, cwd=ROOT
    ) as builder:
        assert builder.stdout is not None and builder.stdout.readline() == b"half way\n"
        builder.kill()
    assert builder.returncode == -9
    assert list(states.folder().glob(".draft-*"))
    assert features.current() == first and list(ids(COUNT, 1)) == []
    second = build([COUNT])
    assert second.lake_version == 2 and list(ids(COUNT, 2)) == [1]
    assert not list(states.folder().glob(".draft-*"))
