"""Programs with keys, webhooks and sources for tests."""

from typing import Any

from django.test import Client

from huiqun.foundation import clock
from huiqun.foundation.webhooks import endpoints, sources
from tests.makers.workforce import make_api_key, make_member


class Program:
    """Another system with a key."""

    def __init__(self, whole: str) -> None:
        self._client = Client()
        self._bearer = {"authorization": f"Bearer {whole}"}

    def get(self, path: str, **query: Any) -> Any:
        return self._client.get(path, query, headers=self._bearer)

    def post(self, path: str, body: Any = None, *, key: str = "call-1") -> Any:
        headers = {**self._bearer, **({"idempotency-key": key} if key else {})}
        return self._client.post(path, body or {}, content_type="application/json", headers=headers)


def program(branch: Any, *scopes: str, **over: Any) -> Program:
    return Program(make_api_key(branch=branch, scopes=scopes, **over)[1])


def make_endpoint(*, branch: Any, **over: Any) -> tuple[int, str]:
    """An endpoint for decisions on keys; its id and its secret."""
    values = {
        "endpoint_id": None,
        "name": "数据中台",
        "url": "https://example.com/hook",
        "kinds": ("workforce.ApiKeyRevoked", "customers.ConsentWithdrawn"),
        "branch_id": branch.pk,
        "now": clock.now(),
    }
    by = over.pop("by", None) or make_member(branch=branch, roles=("administrator",))
    return endpoints.save_endpoint(**{**values, "by": by, **over})


def make_source(*, branch: Any, **over: Any) -> tuple[int, str]:
    """A source of salaries and log-ins; its id and its secret."""
    values = {
        "source_id": None,
        "name": "核心系统",
        "kinds": ("transactions.salary", "app_events.login"),
        "branch_id": branch.pk,
        "per_minute": 600,
        "enabled": True,
        "now": clock.now(),
    }
    by = over.pop("by", None) or make_member(branch=branch, roles=("administrator",))
    return sources.save_source(**{**values, "by": by, **over})


ROUTE_OBJECTS = {
    "endpoint_id": lambda branch: make_endpoint(branch=branch)[0],
    "source_id": lambda branch: make_source(branch=branch)[0],
}
