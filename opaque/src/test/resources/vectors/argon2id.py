#!/usr/bin/env python3
"""Writes argon2id.json with the reference implementation of Argon2, by way of argon2-cffi (Debian: python3-argon2)."""

import json
import pathlib

from argon2.low_level import ARGON2_VERSION, Type, hash_secret_raw

assert ARGON2_VERSION == 0x13

CASES = [(65536, 3, 4), (19456, 2, 1), (256, 1, 4), (64, 2, 8), (8, 1, 1)]
MESSAGE = bytes(range(64))

vectors = [
    {
        "memoryKib": memory,
        "iterations": iterations,
        "parallelism": parallelism,
        "message": MESSAGE.hex(),
        "output": hash_secret_raw(MESSAGE, bytes(16), iterations, memory, parallelism, 64, Type.ID).hex(),
    }
    for memory, iterations, parallelism in CASES
]

target = pathlib.Path(__file__).with_suffix(".json")
source = (
    "argon2id.py beside this file: Argon2id, version 0x13, salt 16 zero bytes, output 64, computed with the reference "
    "implementation of Argon2 by way of argon2-cffi. Hex."
)
target.write_text(json.dumps({"source": source, "vectors": vectors}, indent=1) + "\n")
