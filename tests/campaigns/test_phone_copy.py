"""Approved copy on a phone keeps its words; only their form changes."""

from django.utils.translation import override

from huiqun.campaigns.templatetags.campaign_words import part_words
from huiqun.campaigns.templatetags.phone_copy import is_advertisement, phone_text
from huiqun.foundation.templatetags.huiqun import fact_words

BODY = "广告\n\n请看报告。\n\n· 名额800个\n• 领完即止\n\n1. 登录\n2. 核对\n\n基金有风险,投资须谨慎。"


def test_lines_become_paragraphs_and_lists():
    html = phone_text(BODY)
    assert '<ul class="phone-list"><li>名额800个</li><li>领完即止</li></ul>' in html
    assert '<ol class="phone-list"><li>登录</li><li>核对</li></ol>' in html
    assert '<p class="risk-note">基金有风险,投资须谨慎。</p>' in html


def test_the_mark_of_an_advertisement_is_shown_apart():
    assert is_advertisement(BODY)
    assert "广告" not in phone_text(BODY)
    assert not is_advertisement("广告法规定……")


def test_copy_is_escaped():
    assert "<script>" not in phone_text("<script>alert(1)</script>")


def test_facts_are_told_in_the_readers_language():
    with override("zh-hans"):
        assert fact_words("campaigns.CampaignStarted") == "活动启动"
        assert part_words("variant sms-a") == "文案 sms-a"
    with override("en"):
        assert fact_words("campaigns.CampaignStarted") == "Campaign started"
    assert fact_words("nowhere.Nothing") == "nowhere.Nothing"
