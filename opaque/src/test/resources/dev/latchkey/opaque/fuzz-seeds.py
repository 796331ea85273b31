#!/usr/bin/env python3
"""Writes the inputs that the fuzz tests beside it start from, and that they always run: made of the vectors of RFC 9807."""

import json
import pathlib

here = pathlib.Path(__file__).resolve().parent
vectors = json.loads((here.parents[2] / "vectors" / "rfc9807-ristretto255.json").read_text())["vectors"]
inputs, outputs = vectors[0]["inputs"], vectors[0]["outputs"]

NOT_CANONICAL = bytes.fromhex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")  # p
ORDER = bytes.fromhex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")  # of the group

parsers = {
    "registrationRequest": (outputs["registration_request"], [0]),
    "registrationResponse": (outputs["registration_response"], [0, 32]),
    "registrationRecord": (outputs["registration_upload"], [0]),
    "ke1": (outputs["KE1"], [0, 64]),
    "ke2": (outputs["KE2"], [0, 224]),
    "ke3": (outputs["KE3"], []),
    "serverPrivateKey": (inputs["server_private_key"], [0]),
}


def write(test, target, name, data):
    folder = here / f"{test}Inputs" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


for target, (example, elements) in parsers.items():
    message = bytes.fromhex(example)
    write("MessagesFuzzTest", target, "example", message)
    write("MessagesFuzzTest", target, "short", message[:-1])
    write("MessagesFuzzTest", target, "long", message + b"\0")
    write("MessagesFuzzTest", target, "ones", b"\xff" * len(message))
    for at in elements:
        for name, element in (("identity", bytes(32)), ("prime", NOT_CANONICAL), ("order", ORDER)):
            write("MessagesFuzzTest", target, f"{name}-at-{at}", message[:at] + element + message[at + 32 :])


def exclusive_or(one, other):
    return bytes(a ^ b for a, b in zip(one, other))


finishes = {
    "clientRegistration": (outputs["registration_response"], [0, 32], outputs["registration_request"], 0),
    "clientLogin": (outputs["KE2"], [0, 32, 64, 192, 224, 256, 319], outputs["KE1"], 0),
    "serverStart": (outputs["KE1"], [0, 32, 64], outputs["KE2"], 0),
    "serverFinish": (outputs["KE3"], [0, 63], outputs["KE2"], 256),
}

for target, (example, positions, other, start) in finishes.items():
    message = bytes.fromhex(example)
    write("FinishFuzzTest", target, "unchanged", bytes(len(message)))
    for at in positions:
        write("FinishFuzzTest", target, f"bit-at-{at}", bytes(at) + b"\1")
    # The first field becomes the other side's: a reflected element, or the server's MAC as the client's.
    reflected = exclusive_or(message, bytes.fromhex(other)[start : start + min(32, len(message))])
    write("FinishFuzzTest", target, "reflected", reflected)

# The keyshare of KE2 becomes that of KE1, and its elements the identity.
ke1, ke2 = bytes.fromhex(outputs["KE1"]), bytes.fromhex(outputs["KE2"])
write("FinishFuzzTest", "clientLogin", "keyshare-reflected", bytes(224) + exclusive_or(ke2[224:256], ke1[64:96]))
write("FinishFuzzTest", "clientLogin", "keyshare-identity", bytes(224) + ke2[224:256])
write("FinishFuzzTest", "serverStart", "keyshare-identity", bytes(64) + ke1[64:96])
