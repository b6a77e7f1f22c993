import json
import subprocess
import sys
from pathlib import Path


def test_an_unusable_wish_ends_the_program_without_an_address(tmp_path: Path) -> None:
    wish = {
        "path": str(tmp_path / "missing.gguf"),
        "api_key": "k",
        "n_threads": 1,
        "n_context": 64,
        "n_parallel": 1,
    }
    program = [sys.executable, "-m", "lorewise.llm.gguf_server"]
    ended = subprocess.run(
        program, input=json.dumps(wish).encode() + b"\n", capture_output=True, check=False
    )
    assert ended.returncode != 0
    assert ended.stdout == b""  # its runtime prints to the log
    assert b"missing.gguf" in ended.stderr
