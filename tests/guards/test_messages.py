"""Every sentence is English in the source, has its Chinese, and has the same Chinese everywhere."""

from collections import defaultdict

from huiqun.config import messages


def test_every_sentence_is_translated():
    assert messages.problems() == []


def test_a_sentence_has_one_translation_in_all_domains():
    """Django merges all domains into one catalogue; the first domain's Chinese would hide the others."""
    chinese = defaultdict(lambda: defaultdict(list))
    for domain in messages.domains():
        for message in messages.kept(domain):
            if message.id:
                chinese[_key(message)][_as_tuple(message.string)].append(domain)
    conflicts = [_conflict(key, said) for key, said in chinese.items() if len(said) > 1]
    assert not conflicts, "\n".join(conflicts)


def _key(message):
    """What Django finds it by: a plural is found by its singular, apart from a plain sentence."""
    return _as_tuple(message.id)[0], isinstance(message.id, str), message.context


def _as_tuple(words):
    return (words,) if isinstance(words, str) else tuple(words)


def _conflict(key, said):
    sentence, _plain, context = key
    where = f" (context {context!r})" if context else ""
    ways = "; ".join(f"{', '.join(domains)}: {words[0]}" for words, domains in said.items())
    return (
        f"{sentence!r}{where} has different Chinese in {ways}. Same meaning: write the same Chinese. "
        "Another meaning: give the less general one a context (pgettext, "
        '{% translate "…" context "…" %}) or a more exact English sentence.'
    )
