"""The book is read once, before tests that count milliseconds of a single check."""

import pytest

from huiqun.compliance.rulebook.book import the_book
from huiqun.compliance.rulebook.reading import read


@pytest.fixture(scope="session", autouse=True)
def _the_book_is_read():
    the_book()
    read("一")
