"""The supervisor stops what it started, all of it, and nothing else. Real processes throughout."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from huiqun.config import supervisor as supervising
from huiqun.config.supervisor import ChildEnded, NotHealthy, Supervisor, busy_ports

STAYS = "import time; print('here', flush=True); time.sleep(60)"
STARTS_ANOTHER = (
    "import subprocess, sys, time;"
    "other = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "print('grandchild', other.pid, flush=True); time.sleep(60)"
)
IGNORES_TERM = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_stops_its_children_and_their_children():
    lines: list[str] = []
    with Supervisor(write=lines.append) as supervisor:
        child = supervisor.start("parent", python(STARTS_ANOTHER), os.environ)
        assert wait_for(lambda: any("grandchild" in line for line in lines))
        grandchild = int(lines[0].split()[-1])
        assert is_alive(grandchild)
    assert not is_alive(child.process.pid)
    assert wait_for(lambda: not is_alive(grandchild))


def test_leaves_alone_what_it_did_not_start():
    bystander = subprocess.Popen(python(STAYS), stdout=subprocess.DEVNULL)
    try:
        with Supervisor(write=lambda line: None) as supervisor:
            supervisor.start("one", python(STAYS), os.environ)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_puts_the_name_before_each_line():
    lines: list[str] = []
    with Supervisor(write=lines.append) as supervisor:
        supervisor.run("two", python("print('first'); print('second')"), os.environ)
    assert lines == ["two      │ first", "two      │ second"]


def test_says_which_child_ended_by_itself_and_stops_the_others():
    with (
        pytest.raises(ChildEnded, match=r"broken ended by itself \(exit code 3\)"),
        Supervisor() as supervisor,
    ):
        other = supervisor.start("other", python(STAYS), os.environ)
        supervisor.start("broken", python("raise SystemExit(3)"), os.environ)
        supervisor.watch()
    assert not is_alive(other.process.pid)


def test_makes_a_deaf_child_stop():
    lines: list[str] = []
    with Supervisor(write=lines.append, grace=0.3) as supervisor:
        child = supervisor.start("deaf", python(IGNORES_TERM), os.environ)
        assert wait_for(lambda: lines)
    assert not is_alive(child.process.pid)
    assert "made to" in lines[-1]


def test_says_what_does_not_answer():
    with pytest.raises(NotHealthy, match="web does not answer"), Supervisor() as supervisor:
        supervisor.wait_until(lambda: False, name="web", seconds=0.2)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stops_everything_when_told_by_a_signal(number, tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        textwrap.dedent(
            f"""
            import os, sys
            from huiqun.config.supervisor import Stopped, Supervisor
            try:
                with Supervisor() as supervisor:
                    child = supervisor.start("child", [sys.executable, "-c", {STAYS!r}], os.environ)
                    print("started", child.process.pid, flush=True)
                    supervisor.watch()
            except Stopped as stopped:
                print("stopped by", stopped, flush=True)
            """
        )
    )
    source = str(Path(supervising.__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, str(program)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": source},
    )
    assert process.stdout is not None
    # The child's own lines come through the same pipe, perhaps before this one.
    child = int(next(line for line in process.stdout if line.startswith("started")).split()[1])
    assert is_alive(child)
    process.send_signal(number)
    output, _ = process.communicate(timeout=20)
    assert f"stopped by {number.name}" in output
    assert not is_alive(child)


@pytest.mark.skipif(not supervising._dies_with_us(), reason="needs setpriv")
def test_children_end_with_a_supervisor_that_was_killed(tmp_path):
    program = (
        "import os, sys; from huiqun.config.supervisor import Supervisor\n"
        "s = Supervisor(); s.__enter__()\n"
        f"c = s.start('child', [sys.executable, '-c', {STAYS!r}], os.environ)\n"
        "print('child', c.process.pid, flush=True); s.watch()"
    )
    source = str(Path(supervising.__file__).parents[2])
    process = subprocess.Popen(
        python(program), stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": source}
    )
    with process:
        assert process.stdout is not None
        child = int(process.stdout.readline().split()[1])
        time.sleep(0.3)  # until setpriv has become the child
        process.kill()
    assert wait_for(lambda: not is_alive(child))


def test_finds_a_busy_port():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        assert busy_ports("127.0.0.1", [port]) == [port]
    assert busy_ports("127.0.0.1", [port]) == []
