"""A pair of hands that sends one run and looks after all, as the product's workers do, until the run is over.

``python -m benchmarks.sending_hand RUN``. A database that is gone for a while is waited for.
"""

import sys
import time


def main(run_id: int) -> None:
    import django

    django.setup()
    from django.db import Error, connection

    from huiqun.delivery import actions, queries
    from huiqun.foundation import clock

    while True:
        try:
            actions.tend_runs(now=clock.now())
            if queries.run_progress(run_id).is_finished:
                return
            if not actions.send_run(run_id=run_id, channel="sms", clock=clock.now, seconds=5):
                time.sleep(1)
        except Error:
            connection.close()
            time.sleep(0.5)


if __name__ == "__main__":
    main(int(sys.argv[1]))
