"""Keys for programs: made by an administrator, shown once, counted, taken back."""

from datetime import timedelta

import pytest

from huiqun.foundation import clock
from huiqun.foundation.models import ApiKey, Fact
from huiqun.lib.refusal import NotFound
from huiqun.workforce import actions
from huiqun.workforce.rules import BadApiKey
from tests.makers.workforce import make_api_key

CHECK = "/api/compliance/check/"
COPY = {"text": "本产品保本", "channel": "h5", "product_kind": "wealth", "product_risk": 2}


def call(client, whole, body=COPY, **headers):
    bearer = {"authorization": f"Bearer {whole}"} if whole else {}
    return client.post(CHECK, body, content_type="application/json", headers={**bearer, **headers})


def test_a_key_opens_its_scope_without_a_session_or_form_token(north, client):
    _id, whole = make_api_key(branch=north)
    client.handler.enforce_csrf_checks = True
    assert call(client, whole).status_code == 200


def test_only_a_digest_is_kept(north):
    key_id, whole = make_api_key(branch=north)
    key = ApiKey.objects.get(pk=key_id)
    secret = whole.removeprefix(f"hq_{key.prefix}_")
    assert len(secret) >= 43
    assert secret not in " ".join(str(value) for value in vars(key).values())
    assert secret not in str(Fact.objects.filter(kind="workforce.ApiKeyMade").get().body)


@pytest.mark.parametrize(
    "spoil", [lambda key: "", lambda key: key[:-1] + "x", lambda key: "hq_0_0", str.upper]
)
def test_nobody_comes_in_with_a_wrong_key(north, client, spoil):
    _id, whole = make_api_key(branch=north)
    answer = call(client, spoil(whole))
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "api.no_key"


def test_an_expired_key_is_like_an_unknown_one(north, client, now):
    with clock.at(now):
        _id, whole = make_api_key(branch=north, expires_at=now + timedelta(hours=1))
        assert call(client, whole).status_code == 200
    with clock.at(now + timedelta(hours=1)):
        assert call(client, whole).json()["code"] == "api.no_key"


def test_a_revoked_key_opens_nothing_and_the_fact_says_who(north, client, now):
    key_id, whole = make_api_key(branch=north)
    administrator = ApiKey.objects.get(pk=key_id).made_by
    for _twice in range(2):
        actions.revoke_api_key(api_key_id=key_id, by=administrator, now=now)
    assert call(client, whole).status_code == 401
    assert Fact.objects.get(kind="workforce.ApiKeyRevoked").by_id == administrator.pk


def test_a_key_without_the_scope_is_refused(north, client):
    key_id, whole = make_api_key(branch=north)
    ApiKey.objects.filter(pk=key_id).update(scopes=["audience:read"])
    assert call(client, whole).status_code == 403


def test_calls_beyond_the_minute_wait_for_the_next(north, client, now):
    moment = now.replace(second=20)
    with clock.at(moment):
        _id, whole = make_api_key(branch=north, per_minute=2)
        assert [call(client, whole).status_code for _ in range(3)] == [200, 200, 429]
        assert call(client, whole)["Retry-After"] == "40"
    with clock.at(moment + timedelta(seconds=40)):
        assert call(client, whole).status_code == 200


@pytest.mark.parametrize(
    "over",
    [{"name": " "}, {"scopes": ()}, {"scopes": ("everything",)}, {"per_minute": 0}, {"per_minute": 10**9}],
)
def test_refuses_a_key_that_makes_no_sense(north, over):
    with pytest.raises(BadApiKey):
        make_api_key(branch=north, **over)
    assert not ApiKey.objects.exists()


def test_an_administrator_makes_keys_for_own_branches_only(north, south):
    with pytest.raises(NotFound):
        make_api_key(branch=north, branch_id=south.pk)


def test_the_page_shows_a_new_key_once(db, north, client_of):
    from tests.makers.workforce import make_member

    administrator = make_member(branch=north, roles=("administrator",))
    client = client_of(administrator)
    form = {
        "name": "客户经理工作台",
        "branch": north.pk,
        "scopes": ["copy:check"],
        "per_minute": 60,
        "last_day": "2099-01-01",
    }
    made = client.post("/workforce/keys/", form)
    key = ApiKey.objects.get()
    assert f"hq_{key.prefix}_" in made.content.decode()
    assert made["Cache-Control"] == "no-store"
    again = client.get("/workforce/keys/").content.decode()
    assert f"hq_{key.prefix}_…" in again
    assert call(client, made.content.decode().split('mono copy">')[1].split("<")[0]).status_code == 200
