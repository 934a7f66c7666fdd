"""A number that the law gives names the article it stands on, and we hold that article's words."""

import pytest

from huiqun.compliance.rulebook.numbers import lawful_numbers
from huiqun.compliance.sources.citing import cite


@pytest.mark.parametrize("name", sorted(lawful_numbers()))
def test_cites_an_article_we_hold(name: str):
    citation = cite(lawful_numbers()[name].citation)
    assert citation.status in ("V", "E")
    assert citation.text.strip()
