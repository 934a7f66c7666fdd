"""One message to one address: a real server that hangs, drips, redirects, has another's certificate."""

import asyncio
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from huiqun.foundation.webhooks import posting
from huiqun.foundation.webhooks.addresses import is_public, place_of
from huiqun.foundation.webhooks.posting import post
from huiqun.foundation.webhooks.refusals import AddressUnfit
from tests.foundation.receivers import receiving

PUBLIC = "93.184.215.14"


def names_mean(monkeypatch: Any, *addresses: str | list[str]) -> list[str]:
    """What a name means at the first look, the second, …; the names that were looked up."""
    asked, waiting = [], list(addresses)

    def look_up(host: str, port: int, **_kwargs: Any) -> list[Any]:
        asked.append(host)
        found = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        found = [found] if isinstance(found, str) else found
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr("huiqun.foundation.webhooks.addresses.socket.getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
     "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1",
     "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1"],
)  # fmt: skip
def test_private_addresses_are_private_however_they_are_written(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    ["http://example.com/", "ftp://example.com/", "https://", "example.com", "https://user:pw@example.com/",
     "https://127.0.0.1/", "https://[::1]/", "https://example.com:99999/", "https://example.com/#x",
     "https://169.254.169.254/latest", "file:///etc/passwd", "https://[::ffff:10.0.0.1]/"],
)  # fmt: skip
def test_refuses_addresses_that_could_never_be_called(url):
    with pytest.raises(AddressUnfit):
        place_of(url)


def test_a_host_that_the_settings_name_may_be_inside_and_without_tls(settings):
    settings.HUIQUN_WEBHOOK_HOSTS = "crm.bank:8080, 10.1.2.3"
    assert place_of("http://crm.bank:8080/x").is_allowed
    assert place_of("https://10.1.2.3/x").is_allowed
    for url in ("http://crm.bank/x", "http://crm.bank:8081/x", "http://10.1.2.3:81/"):
        with pytest.raises(AddressUnfit):
            place_of(url)


@pytest.fixture
def inside(settings):
    """Servers of this machine count as the bank's own."""

    def allow(*receivers: Any) -> None:
        settings.HUIQUN_WEBHOOK_HOSTS = ",".join(f"localhost:{each.port}" for each in receivers)

    return allow


@pytest.mark.parametrize(
    ("behave", "code", "taken", "final"),
    [("ok", "http_200", True, False), (204, "http_204", True, False), (500, "http_500", False, False),
     (429, "http_429", False, False), (410, "http_410", False, True), ("flood", "http_200", True, False)],
)  # fmt: skip
def test_the_status_alone_decides(inside, behave, code, taken, final):
    with receiving(behave) as receiver:
        inside(receiver)
        answer = post(receiver.url(), b"{}", {})
    assert (answer.code, answer.taken, answer.is_final) == (code, taken, final)
    assert len(receiver.hits) == 1


def test_whoever_runs_a_loop_may_post_as_well(inside):
    async def asked() -> str:
        return post(receiver.url(), b"{}", {}).code

    with receiving() as receiver:
        inside(receiver)
        assert asyncio.run(asked()) == "http_200"


@pytest.mark.parametrize("behave", ["hang", "drip"])
def test_a_slow_answer_is_no_answer(inside, monkeypatch, behave):
    """A byte now and then would keep a time-out between bytes waiting for ever."""
    monkeypatch.setattr(posting, "TOTAL_SECONDS", 0.5)
    with receiving(behave) as receiver:
        inside(receiver)
        answer = post(receiver.url(), b"{}", {})
    assert (answer.code, answer.taken) == ("timed_out", False)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_follows_no_redirect(inside, status):
    with receiving() as inner, receiving(status) as receiver:
        inside(receiver)
        receiver.location = f"http://127.0.0.1:{inner.port}/admin"
        assert post(receiver.url(), b"{}", {}).code == f"http_{status}"
    assert inner.hits == [] and len(receiver.hits) == 1


def test_nobody_there(inside):
    with receiving() as receiver:
        inside(receiver)
        url = receiver.url()
    assert post(url, b"{}", {}).code == "not_reached"


def test_a_name_that_leads_inside_is_not_called(monkeypatch):
    names_mean(monkeypatch, "127.0.0.1")
    with receiving() as receiver:
        assert post(receiver.url("hooks.example", "https"), b"{}", {}).code == "address_not_public"
    assert receiver.hits == []


def test_a_name_with_one_private_address_among_public_ones_is_not_called(monkeypatch):
    names_mean(monkeypatch, [PUBLIC, "10.0.0.1"])
    assert post("https://hooks.example/", b"{}", {}).code == "address_not_public"


def test_a_name_that_changes_its_meaning_leads_where_it_was_checked(monkeypatch):
    """Public at the look, this machine at the connection: the name is asked once and the answer is kept."""
    asked, connected = names_mean(monkeypatch, PUBLIC, "127.0.0.1"), []

    async def status(place: Any, address: str, *_arguments: Any) -> int:
        connected.append(address)
        return 200

    monkeypatch.setattr(posting, "_status", status)
    assert post("https://hooks.example/", b"{}", {}).taken
    assert (asked, connected) == (["hooks.example"], [PUBLIC])


def test_connects_to_the_checked_address_under_the_hosts_name(settings, monkeypatch):
    asked = names_mean(monkeypatch, "127.0.0.1")
    with receiving() as receiver:
        settings.HUIQUN_WEBHOOK_HOSTS = f"hooks.example:{receiver.port}"
        assert post(receiver.url("hooks.example"), b"{}", {}).taken
    assert receiver.hits[0].headers["host"] == f"hooks.example:{receiver.port}"
    assert asked == ["hooks.example"]


def test_an_unknown_name(monkeypatch):
    def nobody(*_arguments: Any, **_kwargs: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("huiqun.foundation.webhooks.addresses.socket.getaddrinfo", nobody)
    assert post("https://nowhere.example/", b"{}", {}).code == "name_not_found"


@pytest.fixture(scope="module")
def certified(tmp_path_factory) -> tuple[ssl.SSLContext, Path]:
    """A server's certificate for hooks.example, which is its own authority."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hooks.example")])
    moment = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    certificate = builder.sign(key, hashes.SHA256())
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context, folder / "cert.pem"


@pytest.mark.parametrize(
    ("host", "trusted", "code"),
    [("hooks.example", True, "http_200"), ("other.example", True, "wrong_certificate"),
     ("hooks.example", False, "wrong_certificate")],
)  # fmt: skip
def test_the_certificate_must_be_the_hosts_by_a_trusted_authority(
    settings, monkeypatch, certified, host, trusted, code
):
    context, authority = certified
    names_mean(monkeypatch, "127.0.0.1")
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with receiving(context=context) as receiver:
        settings.HUIQUN_WEBHOOK_HOSTS = f"{host}:{receiver.port}"
        answer = post(receiver.url(host, "https"), b"{}", {})
    assert answer.code == code
    assert len(receiver.hits) == (code == "http_200")
