"""Conversions are what the bank delivers, never a button: the first transaction of a kind for each customer."""

FIRST_OF_KIND = """
SELECT customer_id, min(dt) AS dt FROM transactions
 WHERE kind = ? AND (? = '' OR product_kind = ?) AND dt >= ? AND dt < ?
 GROUP BY customer_id
"""
"""Parameters: kind, product kind twice ("" for any), the first day, and the day after the last."""
