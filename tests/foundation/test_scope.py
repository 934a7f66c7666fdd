"""Which branches are above and below: asked everywhere of one place."""

from huiqun.foundation.models import Branch
from huiqun.foundation.scope import paths_above
from tests.conftest import make_branch


def test_the_branches_above_begin_with_the_head_office_and_end_with_the_branch() -> None:
    assert paths_above("HO.") == ["HO."]
    assert paths_above("HO.HZ.HZ01.") == ["HO.", "HO.HZ.", "HO.HZ.HZ01."]


def test_a_code_that_begins_alike_is_not_above(head_office) -> None:
    city = make_branch("1", "一", head_office)
    make_branch("10", "十", head_office)
    below = make_branch("101", "一〇一", city)
    found = Branch.objects.filter(path__in=paths_above(below.path))
    assert list(found) == [head_office, city, below]
