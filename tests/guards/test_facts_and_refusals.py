"""What happened and why not: each fact and refusal is named, documented and told in words."""

import pkgutil
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings

import huiqun
from huiqun.lib.event import Event
from huiqun.lib.refusal import Refusal

SOURCE = Path(huiqun.__path__[0])


def _subclasses(base: type) -> list[type]:
    for domain in settings.DOMAINS:
        package = f"huiqun.{domain}"
        for module in pkgutil.walk_packages([str(SOURCE / domain)], f"{package}."):
            if any(part in ("rules", "refusals", "events") for part in module.name.split(".")):
                import_module(module.name)
    found, waiting = [], [base]
    while waiting:
        for each in waiting.pop().__subclasses__():
            if each.__module__.startswith("huiqun.") and each not in found:
                found.append(each)
                waiting.append(each)
    return sorted(found, key=lambda each: (each.__module__, each.__name__))


FACTS = [fact for fact in _subclasses(Event) if not fact.__subclasses__()]
REFUSALS = _subclasses(Refusal)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_a_fact_is_told_in_its_domains_readme(fact: type[Event]):
    domain = fact.__module__.split(".")[1]
    readme = SOURCE / domain / "README.md"
    assert readme.exists(), f"{domain} has no README.md"
    assert fact.__name__ in readme.read_text("utf-8"), f"{domain}/README.md does not tell of {fact.__name__}"


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_a_fact_has_words_of_its_own_for_people(fact: type[Event]):
    assert "words" in fact.__dict__, f"{fact.__name__} needs words, such as _('Campaign submitted')"
    assert fact.words[:1].isupper() and not fact.words.endswith("."), fact.words


def test_no_two_facts_are_told_in_the_same_words():
    counted = Counter(fact.words for fact in FACTS)
    assert [words for words, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_a_fact_is_frozen_and_about_something_it_holds(fact: type[Event]):
    parameters = fact.__dataclass_params__  # type: ignore[attr-defined]
    assert parameters.frozen
    assert not fact.about or fact.about in fact.__dataclass_fields__, f"{fact.__name__} has no {fact.about}"


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.__name__)
def test_a_refusal_has_a_code_and_says_what_to_do(refusal: type[Refusal]):
    places = refusal.__module__.split(".")[1:]
    if refusal.__subclasses__() and "code" not in refusal.__dict__:
        pytest.skip("a family of refusals")
    assert places[0] == "lib" or refusal.code.partition(".")[0] in places, refusal.code
    assert refusal.sentence.endswith((".", "!", "?", ")s")), refusal.sentence
    assert 400 <= refusal.status < 500 or refusal.status == 503, "asked wrongly, or not able to just now"


def test_no_two_refusals_share_a_code():
    counted = Counter(refusal.code for refusal in REFUSALS if "code" in refusal.__dict__)
    assert [code for code, count in counted.items() if count > 1] == []
