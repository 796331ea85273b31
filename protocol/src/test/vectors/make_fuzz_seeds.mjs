// Writes the seeds the fuzz tests start from and always run, out of ../resources/vectors/*.json and a few bytes of
// protobuf put together by hand. No packages: `node make_fuzz_seeds.mjs`.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const resources = new URL('../resources/', import.meta.url);
const vectors = (name) => JSON.parse(readFileSync(new URL(`vectors/${name}`, resources)));
const hex = (text) => Buffer.from(text, 'hex');
const zeros = (n) => Buffer.alloc(n);

function seeds(testClass, method, all) {
  const folder = new URL(`dev/latchkey/protocol/${testClass}Inputs/${method}/`, resources);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(all)) writeFileSync(new URL(name, folder), bytes);
}

// What is exclusive-ored onto honest bytes of this length, one bit at each of these places.
function changes(length, places) {
  const all = { unchanged: zeros(length), longer: zeros(length + 1) };
  for (const place of places) {
    const bytes = zeros(length);
    bytes[place] = 1;
    all[`bit-at-${place}`] = bytes;
  }
  return all;
}

// Protobuf: a field of varint type, and one of length-delimited type.
const varint = (n) => (n < 128 ? Buffer.from([n]) : Buffer.concat([Buffer.from([(n & 127) | 128]), varint(n >>> 7)]));
const number = (field, n) => Buffer.concat([varint(field << 3), varint(n)]);
const bytes = (field, content) => Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
const message = (...fields) => Buffer.concat(fields);

const userId = hex(vectors('secrets.json').user_id);
seeds('DecodersFuzzTest', 'userId', {
  valid: userId,
  'version-1': Buffer.from(userId.map((byte, i) => (i === 6 ? 0x10 : byte))),
  short: userId.subarray(1),
});

const entries = vectors('audit.json').entries;
seeds('DecodersFuzzTest', 'auditEntry', {
  ...Object.fromEntries(entries.map((entry) => [`entry-${entry.n}`, hex(entry.entry)])),
  zeros: zeros(84),
  ones: Buffer.alloc(84, 255),
  short: hex(entries[0].entry).subarray(1),
});

seeds('DecodersFuzzTest', 'storageKeyEnvelope', changes(93, [0, 1, 32, 33, 44, 45, 76, 77, 92]));
seeds('DecodersFuzzTest', 'sealedMessage', changes(340, [0, 7, 8, 23, 24, 323, 324, 339]));
seeds('DecodersFuzzTest', 'sealedSecret', changes(61, [0, 1, 12, 13, 44, 45, 60]));
seeds('DecodersFuzzTest', 'backup', changes(hex(vectors('backup.json').backup).length, [0, 15, 16, 47, 48, 63, 64, 67, 68, 69, 131, 132]));

const descriptor = (origin, type, created, label) =>
  Buffer.concat([Buffer.from([origin, type]), hex(created.toString(16).padStart(16, '0')), Buffer.from(label)]);
seeds('DecodersFuzzTest', 'descriptor', {
  valid: descriptor(2, 1, 1_795_348_800_000, 'ssh key'),
  'later-type': descriptor(1, 200, 0, '\u{1fae0}'),
  'later-origin': descriptor(9, 1, 0, 'a'),
  'no-label': descriptor(1, 1, 0, ''),
  'not-utf8': descriptor(1, 1, 0, Buffer.from([0xc0, 0x80])),
  control: descriptor(1, 1, 0, 'a\u001b'),
  'long-label': descriptor(1, 1, 0, 'a'.repeat(256)),
});

const newSecret = message(bytes(1, zeros(16)), bytes(2, zeros(16)), bytes(3, zeros(40)), bytes(4, zeros(30)));
seeds('DecodersFuzzTest', 'request', {
  'complete-registration': bytes(1, message(bytes(1, userId), bytes(2, zeros(93)))),
  'close-session': bytes(2, zeros(0)),
  'retrieve-storage-key': bytes(3, zeros(0)),
  'allocate-key-ids': bytes(4, message(bytes(1, zeros(32)), bytes(1, zeros(32)))),
  'store-secrets': bytes(5, message(bytes(1, newSecret), bytes(1, newSecret))),
  'retrieve-secrets': bytes(6, message(bytes(1, bytes(1, zeros(16))), bytes(1, bytes(2, zeros(16))), number(2, 1))),
  'list-secrets': bytes(7, message(number(1, 300), number(2, 500))),
  'list-too-many': bytes(7, number(2, 501)),
  'two-operations': message(bytes(2, zeros(0)), bytes(3, zeros(0))),
  'reserved-operation': bytes(8, zeros(0)),
  'unknown-field-inside': bytes(2, number(1, 1)),
  'unknown-enum': bytes(6, message(bytes(1, bytes(1, zeros(16))), number(2, 9))),
});

const head = message(number(1, 5), bytes(2, zeros(32)));
const limits = message(number(1, 300_000), number(2, 3_600_000), number(3, 1000), number(4, 1 << 20));
seeds('DecodersFuzzTest', 'response', {
  'session-opened': bytes(1, message(bytes(1, userId), number(2, 2), bytes(3, limits), bytes(4, head), number(7, 3))),
  'registration-completed': bytes(2, bytes(1, head)),
  'storage-key-retrieved': bytes(4, bytes(1, zeros(93))),
  'key-ids-allocated': bytes(5, bytes(1, zeros(32))),
  'secrets-stored': bytes(6, bytes(1, head)),
  'secrets-retrieved': bytes(7, message(bytes(1, newSecret), bytes(2, head))),
  'secrets-listed': bytes(8, message(bytes(1, message(bytes(1, zeros(16)), bytes(2, zeros(16)), bytes(3, zeros(40)), bytes(4, zeros(32)))), bytes(3, head))),
  failure: bytes(32, message(number(1, 8), number(2, 1))),
  'failure-unknown': bytes(32, number(1, 99)),
});

seeds('DecodersFuzzTest', 'messagesOutsideTheSeal', {
  'start-registration': message(bytes(1, Buffer.from('alice')), bytes(2, userId), bytes(3, zeros(32))),
  'registration-started': message(bytes(1, zeros(16)), bytes(2, zeros(64)), bytes(3, message(number(1, 65536), number(2, 3), number(3, 4)))),
  'submit-record': message(bytes(1, zeros(16)), bytes(2, zeros(192)), bytes(3, zeros(96))),
  'record-submitted': message(bytes(1, zeros(16)), bytes(2, zeros(320))),
  'start-login': message(bytes(1, Buffer.from('alice')), number(2, 2), bytes(3, zeros(96))),
  'open-session': message(bytes(1, zeros(16)), bytes(2, zeros(64))),
  'sealed-call': message(bytes(1, zeros(16)), bytes(2, zeros(40))),
  refusal: message(number(1, 1), number(2, 7_200_000)),
  'name-not-utf8': message(bytes(1, Buffer.from([0xff])), number(2, 2), bytes(3, zeros(96))),
});

// UTF-16, big-endian.
const units = (text) => Buffer.from(text, 'utf16le').swap16();
const typed = (kind) =>
  Object.fromEntries(
    vectors('text.json')[kind].map(({ typed: codePoints }, n) => [
      `case-${n}`,
      units(String.fromCodePoint(...codePoints.split(' ').map((codePoint) => parseInt(codePoint, 16)))),
    ]),
  );
const refused = {
  'half-a-pair': hex('0061d800'),
  'other-half-first': hex('dc00d800'),
  control: units('a\n'),
  unassigned: units('a\u{1fae0}'),
  'private-use': units('\ue000'),
  space: units('a b'),
  'invisible': units('a\u200bb'),
  long: units('a'.repeat(1025)),
  marks: units(`a${'\u0301\u0323'.repeat(200)}`),
  'odd-byte': hex('006100'),
};
seeds('TextFuzzTest', 'accountName', { ...typed('names'), ...refused });
seeds('TextFuzzTest', 'canonicalAccountName', { ...typed('names'), ...refused });
seeds('TextFuzzTest', 'password', { ...typed('passwords'), ...refused });
seeds('TextFuzzTest', 'label', { ...typed('labels'), ...refused });
