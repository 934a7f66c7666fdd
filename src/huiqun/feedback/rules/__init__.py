"""Decisions of the service corner and of surveys, over plain values."""
