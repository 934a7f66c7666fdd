"""Customers' own pages: ask, complain, answer, without scripts."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from huiqun.customers.models import Consent
from huiqun.feedback import actions
from huiqun.feedback.models import Case, SurveyResponse
from huiqun.foundation.models import Fact
from tests.makers.customers import make_consent, make_customer
from tests.makers.delivery import make_sent
from tests.makers.feedback import FIVE, make_article, make_case, make_survey

pytestmark = pytest.mark.django_db
Phone = Callable[[Any], Any]


def test_asks_finds_and_hands_to_a_person(north: Any, phone_of: Phone, now: datetime) -> None:
    make_article(branch=north)
    client = phone_of(make_customer(branch=north))
    page = client.get("/my/feedback/ask/", {"q": "信用卡年费怎么免"}).content.decode()
    assert "每年刷卡满六笔" in page and "信用卡服务收费说明" in page
    data = {"kind": "question", "category": "fees", "words": "信用卡年费怎么免"}
    done = client.post("/my/feedback/write/", data)
    case = Case.objects.get()
    assert done["Location"] == f"/my/feedback/cases/{case.pk}/" and case.kind == "question"


def test_what_was_typed_comes_back_when_something_is_missing(
    north: Any, phone_of: Phone, now: datetime
) -> None:
    client = phone_of(make_customer(branch=north))
    page = client.post("/my/feedback/write/", {"kind": "complaint", "category": "", "words": "等了一小时"})
    assert page.status_code == 422 and "等了一小时" in page.content.decode()
    assert not Case.objects.exists()


def test_complains_about_a_message_from_the_list_of_messages(
    north: Any, phone_of: Phone, now: datetime
) -> None:
    from huiqun.customers.models import Customer

    sent = make_sent(branch=north)
    client = phone_of(Customer.objects.get(pk=sent.customer_id))
    page = client.get("/my/feedback/messages/").content.decode()
    link = re.search(r'/my/feedback/write/\?([^"]*message=\d+)', page)
    assert link and re.search(r'href="/m/[\w-]{22}/why/"', page)
    form = {"kind": "complaint", "category": "messages", "words": "别发了", "message": str(sent.pk)}
    client.post("/my/feedback/write/", form)
    assert Case.objects.get().regards == sent.run.subject


def test_reads_the_answer_but_not_the_colleagues_notes(
    north: Any, service_desk: Any, phone_of: Phone, now: datetime
) -> None:
    customer = make_customer(branch=north)
    case = make_case(customer=customer)
    actions.note_case(case_id=case.pk, words="内部备注", by=service_desk, now=now)
    actions.answer_case(case_id=case.pk, words="已增开窗口", by=service_desk, now=now)
    actions.close_case(case_id=case.pk, by=service_desk, now=now)
    client = phone_of(customer)
    page = client.get(f"/my/feedback/cases/{case.pk}/").content.decode()
    assert "已增开窗口" in page and "内部备注" not in page and "柯服" not in page
    client.post(f"/my/feedback/cases/{case.pk}/rate/", {"rating": "5"})
    client.post(f"/my/feedback/cases/{case.pk}/more/", {"words": "又来了"})
    case.refresh_from_db()
    assert (case.state, case.rating) == ("working", None)


def test_a_survey_from_its_link_to_its_end(north: Any, phone_of: Phone, now: datetime) -> None:
    survey, customer = make_survey(branch=north), make_customer(branch=north)
    client = phone_of(customer)
    assert "服务满意度小问卷" in client.get("/my/").content.decode()
    address = client.post(f"/my/feedback/surveys/{survey.pk}/")["Location"]
    first = client.get(address).content.decode()
    assert 'value="5"' in first
    place = f"{address}?q=q1"
    for _key, value in FIVE:
        answer = client.post(place, {"value": value})
        assert answer.status_code == 302
        place = answer["Location"]
    assert "谢谢" in client.get(place).content.decode()
    back = client.post(f"{address}?q=q1", {"value": "1"})
    assert back.status_code == 200, "the back button is harmless"
    assert Fact.objects.filter(kind="feedback.SurveyAnswered").count() == 1
    assert SurveyResponse.objects.get().completed_at == now


def test_a_page_without_an_answer_asks_again(north: Any, phone_of: Phone, now: datetime) -> None:
    survey = make_survey(branch=north)
    client = phone_of(make_customer(branch=north))
    address = client.post(f"/my/feedback/surveys/{survey.pk}/")["Location"]
    page = client.post(f"{address}?q=q1", {})
    assert page.status_code == 422 and 'role="alert"' in page.content.decode()


def test_consents_are_changed_on_ones_own_pages(north: Any, phone_of: Phone, now: datetime) -> None:
    customer = make_customer(branch=north)
    make_consent(customer=customer, channel="sms")
    client = phone_of(customer)
    page = client.get("/my/preferences/").content.decode()
    assert "/my/preferences/consent/" in page and "/p/" not in page
    form = {"channel": "sms", "purpose": "marketing", "wanted": "no"}
    assert client.post("/my/preferences/consent/", form).status_code == 302
    assert Consent.objects.get(customer=customer, channel="sms").state == "withdrawn"
    assert client.post("/my/preferences/consent/", {"channel": "x", "wanted": "no"}).status_code == 409
    client.post("/my/preferences/topic/", {"topic": "fund", "wanted": "no"})
    assert Fact.objects.filter(kind="delivery.TopicRefused").count() == 1
    client.post("/my/preferences/stop/")
