"""A gateway that counts: takes each key once, errs now and then, loses answers and receipts, survives kill -9.

``python -m benchmarks.sending_gateway FOLDER PORT WEB SECRET``. What a person saw is a line in FOLDER/seen before the
answer goes out; the receipts owed are in FOLDER/owed. Started again, it knows them.
"""

import asyncio
import hashlib
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

ONE_PERCENT = 256 * 256 // 100
RECEIPTS_AT_ONCE = 500


def hits(kind: str, key: str) -> bool:
    """One in a hundred, the same at every attempt and after every kill."""
    return int.from_bytes(hashlib.sha256(f"{kind}:{key}".encode()).digest()[:2]) < ONE_PERCENT


class Gateway:
    def __init__(self, folder: Path, web: str, secret: str) -> None:
        self.seen_file = (folder / "seen").open("a+b", buffering=0)
        self.asked_file = (folder / "asked").open("a+b", buffering=0)
        self.seen, self.asked = _keys(self.seen_file), _keys(self.asked_file)
        self.web, self.secret = web, secret
        self.owed: list[dict[str, Any]] = [_receipt(key) for key in self.seen if not hits("receipt", key)]

    def take(self, message: dict[str, Any]) -> tuple[int, bytes] | None:
        """The answer; None closes the line without one."""
        key, first = message["key"], message["key"] not in self.asked
        if first:
            self.asked.add(key)
            self.asked_file.write(f"{key}\n".encode())
            if hits("error", key):
                return 503, b"{}"
        if key not in self.seen:
            self.seen.add(key)
            self.seen_file.write(f"{key} {message['to']}\n".encode())
            if not hits("receipt", key):
                self.owed.append(_receipt(key))
            if hits("answer", key):
                return None
        return 202, b'{"id":"g"}'

    async def tell(self) -> None:
        """Receipts in batches, each until it is taken; one in a hundred twice, all in no order."""
        from huiqun.delivery.channels.signing import headers

        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            while True:
                await asyncio.sleep(0.2)
                some = self.owed[-RECEIPTS_AT_ONCE:]
                if not some:
                    continue
                doubled = [each for each in some if hits("twice", each["key"])]
                body = json.dumps({"receipts": [*some, *doubled]}).encode()
                try:
                    signed = headers("bench", self.secret, body, datetime.now(UTC))
                    answer = await client.post(self.web, content=body, headers=signed)
                except httpx.HTTPError:
                    continue
                if answer.status_code == 200:
                    taken = {each["key"] for each in some}
                    self.owed = [each for each in self.owed if each["key"] not in taken]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                fields = head.decode().lower().split("\r\n")
                length = next(int(line[15:]) for line in fields if line.startswith("content-length:"))
                answer = self.take(json.loads(await reader.readexactly(length)))
                if answer is None:
                    break
                status, body = answer
                writer.write(f"HTTP/1.1 {status} x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()


def _keys(file: Any) -> set[str]:
    file.seek(0)
    return {line.split()[0].decode() for line in file if line.endswith(b"\n")}


def _receipt(key: str) -> dict[str, Any]:
    return {"key": key, "status": "delivered", "at": datetime.now(UTC).isoformat()}


async def main(folder: Path, port: int, web: str, secret: str) -> None:
    gateway = Gateway(folder, web, secret)
    server = await asyncio.start_server(gateway.serve, "127.0.0.1", port)
    async with server:
        await asyncio.gather(server.serve_forever(), gateway.tell())


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]))
