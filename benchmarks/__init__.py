"""Counts and ratios, each against a limit or a peer in the same run. Never part of the tests."""
