"""Every sentence is English in the source and has its Chinese."""

from huiqun.config import messages


def test_every_sentence_is_translated():
    assert messages.problems() == []
