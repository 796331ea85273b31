#!/usr/bin/env python3
"""Writes hkdf-sha512.json: HKDF (RFC 5869) with SHA-512, from Python's hmac and hashlib."""

import hashlib
import hmac
import json
import pathlib


def extract(salt, ikm):
    return hmac.new(salt or bytes(64), ikm, hashlib.sha512).digest()


def expand(prk, info, length):
    okm, block, counter = b"", b"", 1
    while len(okm) < length:
        block = hmac.new(prk, block + info + bytes([counter]), hashlib.sha512).digest()
        okm += block
        counter += 1
    return okm[:length]


def run(first, last):
    return bytes(range(first, last + 1))


# The inputs of RFC 5869, appendix A.1 to A.3, and then the edges: key and block lengths, one byte over, the longest.
CASES = [
    ("RFC 5869 A.1", b"\x0b" * 22, run(0x00, 0x0C), run(0xF0, 0xF9), 42),
    ("RFC 5869 A.2", run(0x00, 0x4F), run(0x60, 0xAF), run(0xB0, 0xFF), 82),
    ("RFC 5869 A.3", b"\x0b" * 22, b"", b"", 42),
    ("nothing wanted", b"\x01" * 32, b"", b"info", 0),
    ("one byte", b"\x02" * 32, b"", b"info", 1),
    ("one block", b"\x03" * 64, b"", b"info", 64),
    ("one block and a byte", b"\x04" * 64, b"", b"info", 65),
    ("salt longer than a block of the hash", b"\x05" * 32, b"\x06" * 200, b"", 128),
    ("empty input", b"", b"", b"", 64),
    ("the longest", b"\x07" * 64, b"\x08" * 64, b"long", 255 * 64),
]

vectors = []
for name, ikm, salt, info, length in CASES:
    prk = extract(salt, ikm)
    okm = expand(prk, info, length)
    vectors.append(
        {
            "name": name,
            "ikm": ikm.hex(),
            "salt": salt.hex(),
            "info": info.hex(),
            "length": length,
            "prk": prk.hex(),
            # The longest would be a screenful: its digest stands for it.
            **({"okm": okm.hex()} if length <= 1000 else {"okmSha512": hashlib.sha512(okm).hexdigest()}),
        }
    )

target = pathlib.Path(__file__).with_suffix(".json")
source = "hkdf-sha512.py beside this file: RFC 5869 with SHA-512, computed with Python's hmac and hashlib. Hex."
target.write_text(json.dumps({"source": source, "vectors": vectors}, indent=1) + "\n")
