"""`huiqun keys rotate` leaves nothing that needs the old key."""

from base64 import b64encode
from datetime import datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from huiqun.config.commands import keys
from huiqun.delivery.models import ChannelAccount
from huiqun.foundation.models import Fact, WebhookEndpoint
from huiqun.foundation.sign_in import SealedSecrets
from tests.makers.customers import make_customer
from tests.makers.delivery import make_account

OLD = f"k1:aes:{b64encode(b'1' * 32).decode()}"
NEW = f"k2:sm4:{b64encode(b'2' * 16).decode()}"


def test_everything_is_readable_with_the_new_key_alone(
    head_office: Any, marketer: Any, now: datetime, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.HUIQUN_KEYS = OLD
    customer = make_customer(branch=head_office)
    account = make_account(branch=head_office, secret="gateway's own")
    seal = SealedSecrets().encrypt
    app = Authenticator.objects.create(user=marketer, type="totp", data={"secret": seal("JBSWY3DP")})
    codes = Authenticator.objects.create(
        user=marketer, type="recovery_codes", data={"seed": seal("seed"), "used_mask": 5}
    )
    endpoint = WebhookEndpoint.objects.create(
        name="hook", url="https://example.com/", kinds=["a.B"], branch=account.branch, secret="whsec_AAAA",
        made_by=marketer, made_at=now,
    )  # fmt: skip
    settings.HUIQUN_KEYS = f"{NEW},{OLD}"

    keys.rotate()

    told_of = capsys.readouterr().out
    for told in ("1 channel accounts", "1 customers", "2 sign-in secrets", "1 webhook endpoints"):
        assert f" {told}, " in told_of
    assert "0 webhook messages, 0 webhook sources" in told_of
    settings.HUIQUN_KEYS = NEW
    customer.refresh_from_db()
    assert customer.name == "王小明"
    assert ChannelAccount.objects.get(pk=account.pk).secret == "gateway's own"
    app.refresh_from_db()
    assert SealedSecrets().decrypt(app.data["secret"]) == "JBSWY3DP"
    codes.refresh_from_db()
    assert SealedSecrets().decrypt(codes.data["seed"]) == "seed" and codes.data["used_mask"] == 5
    told = Fact.objects.filter(kind="foundation.KeysRotated").values_list("body__what", "body__rewritten")
    endpoint.refresh_from_db()
    assert endpoint.secret == "whsec_AAAA"
    assert {(what, count) for what, count in told if count} == {
        ("channel accounts", 1), ("customers", 1), ("sign-in secrets", 2), ("webhook endpoints", 1),
    }  # fmt: skip
    assert {"webhook messages", "webhook sources"} <= {what for what, _count in told}

    keys.rotate()
    told_of = capsys.readouterr().out
    for nothing in ("0 channel accounts", "0 customers", "0 sign-in secrets"):
        assert f" {nothing}, " in told_of
