"""Presets, for those who start a plan from one."""

from huiqun.audiences.presets import Preset, preset

__all__ = ["Preset", "preset"]
