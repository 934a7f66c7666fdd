"""A process that claims: ``hand.py BENEFIT NOW CUSTOMER…`` says "ready", waits for a line, claims in turn for each.

Without customers it is a nursery: each line ``BENEFIT NOW CUSTOMERS`` forks one that claims for them, whose number is said.
"""

import os
import sys
from datetime import datetime


def main(arguments: list[str]) -> None:
    import django

    django.setup()
    if arguments:
        print("ready", flush=True)
        sys.stdin.readline()
        print(
            claim_all(int(arguments[0]), datetime.fromisoformat(arguments[1]), arguments[2:])[-1], flush=True
        )
        return
    print("ready", flush=True)
    for line in sys.stdin:
        benefit, now, *customers = line.split()
        child = os.fork()
        if not child:
            claim_all(int(benefit), datetime.fromisoformat(now), customers)
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)


def claim_all(benefit_id: int, now: datetime, customers: list[str]) -> list[str]:
    """Everybody stands in line first, so that a batch is there to be killed in."""
    from huiqun.benefits import actions
    from huiqun.lib.refusal import Refusal

    answers = []
    for customer in customers[1:]:
        try:
            actions.stand_in_line(benefit_id=benefit_id, customer_id=int(customer), now=now)
        except Refusal as refusal:
            answers.append(refusal.code)
    for customer in customers:
        try:
            actions.claim_in_turn(benefit_id=benefit_id, customer_id=int(customer), now=now, patience=30)
            answers.append("claimed")
        except Refusal as refusal:
            answers.append(refusal.code)
    return answers


if __name__ == "__main__":
    main(sys.argv[1:])
