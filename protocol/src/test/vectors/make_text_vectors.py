#!/usr/bin/env python3
"""Computes the known answers of names, passwords and labels with Python's own Unicode data, and checks the table of
unassigned code points against it. Needs a Python whose unicodedata is of version 13 or later; no packages.

    python3 make_text_vectors.py        writes ../resources/vectors/text.json
"""
import hashlib
import json
import pathlib
import unicodedata

HERE = pathlib.Path(__file__).parent
TABLE = HERE / "../../main/resources/dev/latchkey/protocol/unicode-13-unassigned.txt"
TARGET = HERE / "../resources/vectors/text.json"

# https://www.unicode.org/versions/Unicode14.0.0/: "adds 838 characters, for a total of 144,697 characters".
ADDED_IN_14 = 838


def unassigned_in_13():
    code_points = set()
    for line in TABLE.read_text("ascii").splitlines():
        if not line.startswith("#"):
            first, last = (int(number, 16) for number in line.split(" "))
            code_points.update(range(first, last + 1))
    return code_points


def check_table(unassigned):
    here = {c for c in range(0x110000) if unicodedata.category(chr(c)) == "Cn"}
    assert here <= unassigned, "the table misses code points that are unassigned still"
    if unicodedata.unidata_version.startswith("13."):
        assert here == unassigned
    if unicodedata.unidata_version.startswith("14."):
        assert len(unassigned - here) == ADDED_IN_14


def nfc(text):
    return unicodedata.normalize("NFC", text)


def name(text):
    return nfc(nfc(text).lower())


def password(text):
    return nfc("".join(" " if unicodedata.category(c) == "Zs" else c for c in text))


def category_digest(unassigned):
    """What a code point is, and what it maps to by itself, for all of them: one line each, hashed."""
    digest = hashlib.sha3_256()
    letters = {"Cc": "C", "Zl": "C", "Zp": "C", "Cf": "F", "Zs": "Z", "Co": "P", "Cs": "S"}
    for c in range(0x110000):
        kind = "U" if c in unassigned else letters.get(unicodedata.category(chr(c)), "A")
        mapped = ""
        if kind in "AFZCP":
            mapped = f" {nfc(chr(c)).encode().hex()} {name(chr(c)).encode().hex()}"
        digest.update(f"{c:X} {kind}{mapped}\n".encode("ascii"))
    return digest.hexdigest()


PASSWORDS = [
    "correct horse battery staple",
    "\u00e9",
    "e\u0301",
    "\u212b\u00c5A\u030a",
    "a\u00a0b\u1680c\u2000d\u3000e\u202ff",
    "\u1112\u1161\u11ab\u1100\u1173\u11af",
    "\ud55c\uae00",
    "q\u0307\u0323",
    "q\u0323\u0307",
    "\u03a3\u03c3\u03c2 \u0130 I\u0307",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f",
    "\ufb2c\U0001d160",
    "\u0915\u093c \u0958",
    "\u09c7\u09be\u0b47\u0b56",
    "\U0002f800\uf900",
    "\u1e9b\u0323",
    "no change: \u00fc\u4e2d\u0434",
    "\u0439\u0438\u0306\u0439",
]

NAMES = [
    "alice",
    "Alice@Example.ORG",
    "RENE\u0301",
    "Ren\u00e9",
    "\u00c5\u212bA\u030a",
    "\u039f\u0394\u039f\u03a3",
    "STRASSE-\u1e9e",
    "\u0130stanbul",
    "\u01c4",
    "\u10a0\u13a0\u1c90",
    "\U00010400",
    "\u5c0f\u660e",
    "\u1112\u1161\u11ab",
]


def cases(texts, mapping):
    return [
        {"typed": " ".join(f"{ord(c):X}" for c in text), "utf8": mapping(text).encode().hex()}
        for text in texts
    ]


def main():
    unassigned = unassigned_in_13()
    check_table(unassigned)
    content = {
        "source": "Computed by src/test/vectors/make_text_vectors.py with Python's unicodedata "
        + unicodedata.unidata_version,
        "digest": category_digest(unassigned),
        "passwords": cases(PASSWORDS, password),
        "names": cases(NAMES, name),
        "labels": cases(PASSWORDS, nfc),
    }
    TARGET.write_text(json.dumps(content, indent=2) + "\n", "ascii")


if __name__ == "__main__":
    main()
