// Writes at-rest.json, the figures of the formats at rest (protocol §15), with Node's own cryptography.
// Run: node at-rest.mjs > at-rest.json
import { createCipheriv, hkdfSync } from "node:crypto";

const ascii = (text) => Buffer.from(text, "ascii");
const filled = (length, first) => Buffer.from(Array.from({ length }, (_, i) => (first + i) & 0xff));
const i2osp = (number, length) => Buffer.from(BigInt(number).toString(16).padStart(2 * length, "0"), "hex");

const kdf = (key, info, length, salt = Buffer.alloc(0)) => Buffer.from(hkdfSync("sha512", key, salt, info, length));

const enc = (key, plaintext, aad) => {
  const cipher = createCipheriv("chacha20-poly1305", key, Buffer.alloc(12), { authTagLength: 16 });
  cipher.setAAD(aad, { plaintextLength: plaintext.length });
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
};

const none = Buffer.alloc(0);
const aad = ({ table, column, userId = none, row = none, version = none }) =>
  Buffer.concat([ascii(table), ascii(column), userId, row, version].flatMap((part) => [i2osp(part.length, 2), part]));

const sealed = (dataKey, keyVersion, salt, plaintext, cell) =>
  Buffer.concat([
    Buffer.of(1),
    i2osp(keyVersion, 4),
    salt,
    enc(kdf(dataKey, Buffer.concat([ascii("latchkey/1 at rest"), salt]), 32), plaintext, aad(cell)),
  ]);

const erasable = (dataKey, erasureKey, keyVersion, salt, plaintext, cell) =>
  Buffer.concat([
    Buffer.of(2),
    i2osp(keyVersion, 4),
    salt,
    enc(kdf(dataKey, Buffer.concat([ascii("latchkey/1 erasable"), salt]), 32, erasureKey), plaintext, aad(cell)),
  ]);

const wrapped = (rootKey, salt, dataKey, cell) =>
  Buffer.concat([
    Buffer.of(1),
    salt,
    enc(kdf(rootKey, Buffer.concat([ascii("latchkey/1 data key"), salt]), 32), dataKey, aad(cell)),
  ]);

const rootKey = filled(32, 0x00);
const dataKey = filled(32, 0x40);
const erasureKey = filled(32, 0x20);
const salt = filled(16, 0x80);
const userId = Buffer.from("a1a2a3a4a5a64748898a8b8c8d8e8f90", "hex");
const keyId = filled(16, 0xc0);
const fingerprint = kdf(rootKey, ascii("latchkey/1 root key fingerprint"), 16);

const values = [
  { name: "a record", keyVersion: 1, plaintext: filled(192, 1), cell: { table: "accounts", column: "record", userId, version: i2osp(1, 8) } },
  { name: "a secret", keyVersion: 2, plaintext: filled(33, 7), cell: { table: "secrets", column: "secret", userId, row: keyId } },
  { name: "an enumeration key", keyVersion: 70000, plaintext: filled(32, 9), cell: { table: "deployment", column: "enumeration_key" } },
  { name: "an empty value", keyVersion: 1, plaintext: none, cell: { table: "t", column: "c" } },
];

const hex = (bytes) => (bytes === undefined ? "" : bytes.toString("hex"));
process.stdout.write(
  JSON.stringify(
    {
      rootKey: hex(rootKey),
      fingerprint: hex(fingerprint),
      rootKeyFile:
        "latchkey root key 1\n" +
        "# Everything the key server stores is sealed under this key.\n" +
        "# Keep a copy of this file apart from the database: without it, everything is lost.\n" +
        `key ${hex(rootKey)}\nfingerprint ${hex(fingerprint)}\n`,
      dataKey: hex(dataKey),
      erasureKey: hex(erasureKey),
      salt: hex(salt),
      wrappedDataKey: hex(wrapped(rootKey, salt, dataKey, { table: "data_keys", column: "wrapped", row: i2osp(3, 8) })),
      wrappedDataKeyRow: 3,
      values: values.map(({ name, keyVersion, plaintext, cell }) => ({
        name,
        keyVersion,
        plaintext: hex(plaintext),
        table: cell.table,
        column: cell.column,
        userId: hex(cell.userId),
        row: hex(cell.row),
        credentialVersion: cell.version === undefined ? 0 : Number(BigInt("0x" + hex(cell.version))),
        sealed: hex(sealed(dataKey, keyVersion, salt, plaintext, cell)),
        erasable: hex(erasable(dataKey, erasureKey, keyVersion, salt, plaintext, cell)),
      })),
    },
    null,
    2,
  ) + "\n",
);
