"""What delivery's ledger tells the lake: what happened with messages, and who was in the control group."""

from huiqun.delivery.events import RunGated
from huiqun.delivery.queries import archived_touches
from huiqun.delivery.rules.states import Reason
from huiqun.foundation.flows import DAY, Flow

CAMPAIGN = "substring(run.subject from '^campaign:([0-9]+)$')::bigint"

TOUCHES = Flow(
    name="delivery.touches",
    dataset="touches",
    mark="delivery:",
    rows=f"""
        SELECT 'delivery:' || t.id AS event_id, t.at AS at, {DAY.format("t.at")} AS dt,
               t.customer_id AS customer_id, t.kind AS kind, {CAMPAIGN} AS campaign_id,
               nullif(r.channel, '') AS channel, run.product_kind AS topic
        FROM delivery_touch t
        JOIN delivery_run run ON run.id = t.run_id
        LEFT JOIN delivery_recipient r ON r.id = t.recipient_id
        WHERE t.xid >= %(first)s AND t.xid < %(until)s
    """,
    recorded_before=archived_touches.rows_by_day,
)

CONTROL = Flow(
    name="delivery.control",
    dataset="touches",
    mark="control:",
    rows=f"""
        SELECT 'control:' || r.id AS event_id, f.at AS at, {DAY.format("f.at")} AS dt,
               r.customer_id AS customer_id, 'control' AS kind, {CAMPAIGN} AS campaign_id,
               NULL::text AS channel, run.product_kind AS topic
        FROM foundation_fact f
        JOIN delivery_run run ON run.id = (f.body->>'run_id')::bigint
        JOIN delivery_recipient r ON r.run_id = run.id AND r.reason = '{Reason.CONTROL}'
        WHERE f.kind = '{RunGated.kind()}' AND f.xid >= %(first)s AND f.xid < %(until)s
    """,
)
"""Known when the gate has judged everybody."""
