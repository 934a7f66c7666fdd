"""Delivery's decisions over plain values."""
