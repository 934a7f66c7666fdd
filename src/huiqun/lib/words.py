"""Marks a sentence for translation where Django may not be imported; the door translates it."""


def gettext_noop(sentence: str) -> str:
    return sentence
