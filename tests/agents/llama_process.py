"""`python llama_process.py MODEL chat|embed` prints the address of a llama.cpp server on a free
loopback port, and serves until its input ends. It gives the same answer to the same question."""

import importlib
import sys
from typing import Final

# One is kindest to a machine of two cores that runs other tests beside it.
THREADS: Final = 1
CONTEXT_TOKENS: Final = 4096
# Without it this model repeats itself; with more it invents less.
REPETITION: Final = 1.07


def serve(model: str, purpose: str) -> None:
    llama = importlib.import_module("xllamacpp")
    params = llama.CommonParams()
    params.model.path = model
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.offline = True
    params.ui = False
    params.verbosity = 0
    params.n_parallel = 1
    params.n_ctx = CONTEXT_TOKENS
    params.cpuparams.n_threads = THREADS
    params.sampling.temp = 0
    params.sampling.seed = 1
    params.sampling.penalty_repeat = REPETITION
    if purpose == "embed":
        params.embedding = True
        params.pooling_type = llama.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    server = llama.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.buffer.read()


if __name__ == "__main__":
    serve(*sys.argv[1:3])
