"""Who works out a rule: DuckDB in the process by default, or what HUIQUN_ENGINE names."""

from huiqun.audiences.engine.base import Engine, Scope
from huiqun.audiences.engine.choosing import engine

__all__ = ["Engine", "Scope", "engine"]
