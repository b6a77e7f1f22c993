"""The program in which a local model runs: ``python -m lorewise.llm.gguf_server``.

It reads what to serve from its input's first line, writes where it listens, and ends when its
input does: when the process that started it stops it, or dies in whatever way.
"""

import json
import os
import sys
from collections.abc import Mapping
from typing import Any


def main() -> None:
    """Serve until the input ends."""
    wanted = json.loads(sys.stdin.readline())
    answer = os.dup(1)
    os.dup2(2, 1)  # whatever the model's runtime prints is log
    server = _server(wanted)
    os.write(answer, f"{server.listening_address}\n".encode())
    sys.stdin.read()
    os._exit(0)  # the server has no way to stop that does not wait for its answers


def _server(wanted: Mapping[str, Any]) -> Any:  # noqa: ANN401  the package states no types
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = wanted["path"]
    params.api_keys = [wanted["api_key"]]
    params.n_parallel = wanted["n_parallel"]
    params.n_ctx = wanted["n_context"] * wanted["n_parallel"]
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = wanted["n_threads"]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.offline = True
    params.ui = False
    return xllamacpp.Server(params)


if __name__ == "__main__":
    main()
