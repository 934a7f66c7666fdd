"""The yardstick: one AES-GCM decryption of a phone number and one ``str.format_map`` of 70 characters a message."""

import json
import os
import sys
import time

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

WORDS = (
    "【江川银行】{salutation}，您的定投计划已暂停，恢复请点 {link} 。"
    "基金有风险，投资须谨慎。本短信由系统发出。拒收请回复R"
)
CONTEXT = b"customers.customer.phone"


def main(count: int) -> None:
    cipher = AESGCM(os.urandom(32))
    sealed = [(nonce := os.urandom(12), cipher.encrypt(nonce, b"139%08d" % n, CONTEXT)) for n in range(count)]
    print("ready", flush=True)
    sys.stdin.readline()
    cpu = time.process_time()
    for nonce, value in sealed:
        phone = cipher.decrypt(nonce, value, CONTEXT).decode()
        WORDS.format_map({"salutation": "王女士", "link": phone})
    print(json.dumps({"python": time.process_time() - cpu}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
