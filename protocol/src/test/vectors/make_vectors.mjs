// Computes the known answers of the byte layouts, from the text of docs/protocol.md and Node's own cryptography (OpenSSL),
// without a line of the code under test. No packages: `node make_vectors.mjs` writes ../resources/vectors/*.json.
import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const target = new URL('../resources/vectors/', import.meta.url);
mkdirSync(target, { recursive: true });

const ascii = (text) => Buffer.from(text, 'ascii');
const utf8 = (text) => Buffer.from(text, 'utf8');
const cat = (...parts) => Buffer.concat(parts);
const hex = (bytes) => bytes.toString('hex');

function i2osp(n, length) {
  const bytes = Buffer.alloc(length);
  for (let i = length - 1, rest = BigInt(n); i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

const Hash = (...parts) => createHash('sha3-256').update(cat(...parts)).digest();
const hmac = (key, ...parts) => createHmac('sha512', key).update(cat(...parts)).digest();

// RFC 5869 with SHA-512 and an empty salt, which stands for 64 zeros.
function KDF(key, info, length) {
  const prk = hmac(Buffer.alloc(64), key);
  let output = Buffer.alloc(0);
  let block = Buffer.alloc(0);
  for (let i = 1; output.length < length; i++) {
    block = hmac(prk, block, info, Buffer.from([i]));
    output = cat(output, block);
  }
  return output.subarray(0, length);
}

function Enc(key, nonce, plaintext, aad) {
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
  cipher.setAAD(aad);
  return cat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

// Inputs anyone can make again: the bytes of a name, as long as needed. Nobody could have chosen them to fit.
function input(name, length) {
  let bytes = Buffer.alloc(0);
  for (let i = 0; bytes.length < length; i++) bytes = cat(bytes, createHash('sha256').update(`${name} ${i}`).digest());
  return bytes.subarray(0, length);
}

function userIdInput(name) {
  const bytes = Buffer.from(input(name, 16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes;
}

function write(name, content) {
  const head = { source: 'Computed by src/test/vectors/make_vectors.mjs from the text of docs/protocol.md.' };
  writeFileSync(new URL(name, target), `${JSON.stringify({ ...head, ...content }, null, 2)}\n`);
}

const userId = userIdInput('user id');
const keyId = input('key id', 16);
const sessionId = input('session id', 16);
const storageKey = input('storage key', 32);

// Hash
write('hash.json', {
  cases: [
    { parts: [], hash: hex(Hash()) },
    { parts: [hex(ascii('abc'))], hash: hex(Hash(ascii('abc'))) },
    { parts: [hex(input('hash a', 100)), '', hex(input('hash b', 200))], hash: hex(Hash(input('hash a', 100), input('hash b', 200))) },
  ],
});

// Key ids
{
  const label = ascii('latchkey/1 key id');
  const cases = [0, 1, 2].map((n) => {
    const user = userIdInput(`key id user ${n}`);
    const client = input(`client random ${n}`, 32);
    const server = input(`server random ${n}`, 32);
    const randomness = Hash(client, server);
    const whole = Hash(i2osp(label.length, 1), label, i2osp(16, 1), user, i2osp(32, 1), randomness);
    return {
      user_id: hex(user),
      client_random: hex(client),
      server_random: hex(server),
      randomness: hex(randomness),
      key_id: hex(whole.subarray(0, 16)),
    };
  });
  write('key-id.json', { cases });
}

// Storage key
{
  const cases = [0, 1].map((n) => {
    const user = userIdInput(`envelope user ${n}`);
    const exportKey = input(`export key ${n}`, 64);
    const pad = input(`pad ${n}`, 32);
    const nonce = input(`envelope nonce ${n}`, 12);
    const key = input(`envelope storage key ${n}`, 32);
    const mask = Hash(i2osp(14, 1), ascii('encryption key'), i2osp(64, 1), exportKey);
    const secret = Buffer.from(mask.map((byte, i) => byte ^ pad[i]));
    const aad = cat(user, ascii('storage key'));
    return {
      user_id: hex(user),
      export_key: hex(exportKey),
      pad: hex(pad),
      nonce: hex(nonce),
      storage_key: hex(key),
      secret: hex(secret),
      encrypted_storage_key: hex(cat(Buffer.from([1]), pad, nonce, Enc(secret, nonce, key, aad))),
    };
  });
  write('storage-key.json', { cases });
}

// Channel
{
  const framed = (bytes) => cat(i2osp(bytes.length, 2), bytes);
  const makeSession = (n, accountName, kind, [m, t, p]) => {
    const session = input(`channel session ${n}`, 16);
    const sessionKey = input(`session key ${n}`, 64);
    const ke1 = input(`KE1 ${n}`, 96);
    const ke2 = input(`KE2 ${n}`, 320);
    const ke3 = input(`KE3 ${n}`, 64);
    const transcript = cat(
      framed(utf8(accountName)),
      framed(i2osp(kind, 1)),
      framed(cat(i2osp(m, 4), i2osp(t, 4), i2osp(p, 4))),
      framed(ke1),
      framed(ke2),
      framed(ke3),
    );
    const directionKey = (direction) =>
      KDF(sessionKey, cat(ascii('latchkey/1 '), ascii(direction), session, Hash(transcript)), 32);
    const keys = { 'client to server': directionKey('client to server '), 'server to client': directionKey('server to client ') };
    const message = (direction, seq, body) => {
      const salt = input(`salt ${n} ${direction} ${seq}`, 16);
      const number = i2osp(seq, 8);
      const key = KDF(keys[direction], cat(ascii('message'), number, salt), 32);
      return {
        direction,
        seq: String(seq),
        salt: hex(salt),
        body: hex(body),
        sealed: hex(cat(number, salt, Enc(key, cat(Buffer.alloc(4), number), body, cat(session, number)))),
      };
    };
    return {
      account_name: accountName,
      kind,
      ksf: { memory_kib: m, iterations: t, parallelism: p },
      session_id: hex(session),
      session_key: hex(sessionKey),
      ke1: hex(ke1),
      ke2: hex(ke2),
      ke3: hex(ke3),
      transcript_hash: hex(Hash(transcript)),
      client_to_server: hex(keys['client to server']),
      server_to_client: hex(keys['server to client']),
      messages: [
        message('server to client', 0, input('session opened', 60)),
        message('client to server', 1, Buffer.alloc(0)),
        message('server to client', 1, input('answer', 1)),
        message('client to server', 1000, input('request', 300)),
        message('client to server', (1n << 63n) - 1n, input('last', 17)),
      ],
    };
  };
  write('channel.json', {
    sessions: [
      makeSession(0, 'alice', 1, [65536, 3, 4]),
      makeSession(1, 'rené@example.org', 2, [131072, 4, 1]),
      makeSession(2, '小明', 3, [19456, 2, 1]),
    ],
  });
}

// Secrets, descriptors, label tags, objects
{
  const seal = (name, aad, plaintext) => {
    const nonce = input(`${name} nonce`, 12);
    return { nonce: hex(nonce), sealed: cat(Buffer.from([1]), nonce, Enc(storageKey, nonce, plaintext, aad)) };
  };
  const origins = { 1: 'client-generated', 2: 'imported key' };
  const cases = [
    { origin: 2, type: 1, created: 1_795_348_800_000, label: 'ssh key', secret: input('secret 0', 32) },
    { origin: 1, type: 2, created: 0, label: 'é', secret: input('secret 1', 1) },
    { origin: 2, type: 4, created: Number.MAX_SAFE_INTEGER, label: 'x'.repeat(255), secret: input('secret 2', 1000) },
    { origin: 2, type: 255, created: 1, label: 'of a later version', secret: input('secret 3', 5) },
    { origin: 1, type: 1, created: 2, label: 'replaced', secret: input('secret 4', 32), previous: input('previous 4', 32) },
    { origin: 3, type: 2, created: 3, label: 'made by the server', secret: input('secret 5', 32) },
    { origin: 3, type: 2, created: 3, label: 'and renamed', secret: input('secret 6', 32), previous: input('previous 6', 32) },
  ].map(({ origin, type, created, label, secret, previous = Buffer.alloc(32) }, n) => {
    const descriptor = cat(i2osp(origin, 1), i2osp(type, 1), i2osp(created, 8), utf8(label));
    const sealedSecret = origins[origin]
      ? seal(`secret ${n}`, cat(userId, keyId, ascii(origins[origin])), secret)
      : { nonce: '', sealed: cat(Buffer.from([2]), secret) };
    const bound = origins[origin] ? Hash(sealedSecret.sealed) : Buffer.alloc(32);
    const aad = cat(userId, keyId, ascii('descriptor'), bound, previous);
    const sealedDescriptor = seal(`descriptor ${n}`, aad, descriptor);
    const labelTag = KDF(storageKey, cat(ascii('latchkey/1 label'), utf8(label)), 16);
    return {
      origin,
      type,
      created_unix_ms: String(created),
      label,
      secret: hex(secret),
      previous_object: hex(previous),
      descriptor_nonce: sealedDescriptor.nonce,
      sealed_descriptor: hex(sealedDescriptor.sealed),
      secret_nonce: sealedSecret.nonce,
      sealed_secret: hex(sealedSecret.sealed),
      label_tag: hex(labelTag),
      secret_hash: hex(Hash(sealedSecret.sealed)),
      object: hex(Hash(ascii('latchkey/1 object'), labelTag, Hash(sealedDescriptor.sealed), Hash(sealedSecret.sealed))),
    };
  });
  // Things that open and yet are no descriptor.
  const first = cat(userId, keyId, ascii('descriptor'), Hash(ascii('beside it')), Buffer.alloc(32));
  const not = (name, bytes) => ({ name, sealed: hex(seal(name, first, bytes).sealed) });
  const head = (origin, type, created) => cat(i2osp(origin, 1), i2osp(type, 1), i2osp(created, 8));
  const notDescriptors = [
    not('nine bytes', head(1, 1, 1).subarray(0, 9)),
    not('no label', head(1, 1, 1)),
    not('origin 0', cat(head(0, 1, 1), ascii('a'))),
    not('origin 3 beside a secret of the owner', cat(head(3, 1, 1), ascii('a'))),
    not('origin 4', cat(head(4, 1, 1), ascii('a'))),
    not('type 0', cat(head(1, 0, 1), ascii('a'))),
    not('before 1970', cat(head(1, 1, 1n << 63n), ascii('a'))),
    not('label of 256 bytes', cat(head(1, 1, 1), Buffer.alloc(256, 'a'))),
    not('label of half a character', cat(head(1, 1, 1), Buffer.from([0xc3]))),
    not('label with an escape character', cat(head(1, 1, 1), ascii('a\u001b[2J'))),
  ];
  write('secrets.json', {
    user_id: hex(userId),
    key_id: hex(keyId),
    storage_key: hex(storageKey),
    cases,
    not_descriptors_beside: hex(Hash(ascii('beside it'))),
    not_descriptors: notDescriptors,
  });
}

// Devices
{
  const ticket = input('device ticket', 32);
  const sealedName = (name, bytes, n) => {
    const device = input(`device ${n}`, 16);
    const nonce = input(`device name nonce ${n}`, 12);
    const sealed = cat(Buffer.from([1]), nonce, Enc(storageKey, nonce, bytes, cat(userId, device, ascii('device name'))));
    return {
      name,
      device_id: hex(device),
      nonce: hex(nonce),
      sealed_name: hex(sealed),
      added: hex(cat(device, Hash(sealed).subarray(0, 16))),
      revoked: hex(cat(device, Buffer.alloc(16))),
    };
  };
  write('devices.json', {
    user_id: hex(userId),
    storage_key: hex(storageKey),
    ticket: hex(ticket),
    ticket_hash: hex(Hash(ascii('latchkey/1 device ticket'), userId, ticket)),
    session_id: hex(sessionId),
    closed: hex(cat(sessionId, Buffer.alloc(16))),
    cases: ['laptop', 'René’s 📱', '小'.repeat(64)].map((name, n) => sealedName(name, utf8(name), n)),
    // Things that open and yet are no name.
    not_names: [
      sealedName('65 characters', ascii('a'.repeat(65)), 10),
      sealedName('half a character', Buffer.from([0xc3]), 11),
      sealedName('an escape character', ascii('a\u001b[2J'), 12),
    ],
  });
}

// Audit chain
{
  const entry = ({ n, unixMs, action, outcome, key = Buffer.alloc(16), session = Buffer.alloc(16), object = Buffer.alloc(32) }) =>
    cat(i2osp(n, 8), i2osp(unixMs, 8), i2osp(action, 2), i2osp(outcome, 2), key, session, object);
  const steps = [
    { n: 1, unixMs: 1_795_348_800_000, action: 1, outcome: 1, session: sessionId, object: input('object 1', 32) },
    { n: 2, unixMs: 1_795_348_800_500, action: 3, outcome: 2 },
    { n: 3, unixMs: 1_795_348_800_500, action: 3, outcome: 4, object: i2osp(70_000, 32) },
    { n: 4, unixMs: 1_795_348_801_000, action: 2, outcome: 1, session: sessionId },
    { n: 5, unixMs: 1_795_348_802_000, action: 4, outcome: 1, key: keyId, session: sessionId, object: input('object 5', 32) },
    { n: 6, unixMs: 1_795_348_803_000, action: 40_000, outcome: 65_535, key: keyId },
  ];
  let head = Hash(ascii('latchkey/1 audit'), userId);
  const start = hex(head);
  const entries = steps.map((step) => {
    const bytes = entry(step);
    head = Hash(ascii('latchkey/1 audit'), head, bytes);
    const { n, unixMs, action, outcome, key, session, object } = step;
    return {
      n,
      unix_ms: unixMs,
      action,
      outcome,
      key_id: key ? hex(key) : null,
      session_id: session ? hex(session) : null,
      object: object ? hex(object) : null,
      entry: hex(bytes),
      head: hex(head),
    };
  });
  write('audit.json', { user_id: hex(userId), start, entries });
}

// Recovery codes and backups
{
  const words = readFileSync(
    new URL('../../main/resources/dev/latchkey/protocol/bip39-english.txt', import.meta.url), 'ascii').trim().split('\n');
  const bits = (bytes) => [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const phrase = (entropy) => {
    const all = bits(entropy) + bits(Hash(ascii('latchkey/1 recovery code'), entropy)).slice(0, 15);
    return all.match(/.{11}/g).map((number) => words[parseInt(number, 2)]).join(' ');
  };
  const codes = [Buffer.alloc(16), input('recovery code 1', 16), Buffer.alloc(16, 0xff)].map((entropy) => ({
    entropy: hex(entropy),
    words: phrase(entropy),
    derived: hex(KDF(entropy, ascii('labelsalt'), 16)),
  }));

  const entropy = input('backup code', 16);
  const salt = input('backup salt', 32);
  const header = cat(ascii('latchkey backup'), i2osp(1, 1), salt, KDF(entropy, cat(ascii('latchkey/1 backup check'), salt), 16));
  const key = KDF(entropy, cat(ascii('latchkey/1 backup'), salt), 32);
  const frame = (i, last, body) => {
    const sealed = Enc(key, cat(i2osp(i, 11), i2osp(last, 1)), body, header);
    return cat(i2osp(sealed.length + last * 2 ** 30, 4), sealed);
  };
  const secrets = [
    { origin: 2, type: 3, created: 1_795_348_800_000, label: 'ssh key', secret: input('backup secret 0', 40) },
    { origin: 1, type: 2, created: 0, label: 'é', secret: input('backup secret 1', 1) },
    { origin: 3, type: 1, created: 1, label: 'made there', secret: input('backup secret 2', 32) },
  ];
  const frames = secrets.map(({ origin, type, created, label, secret }, i) => {
    const descriptor = cat(i2osp(origin, 1), i2osp(type, 1), i2osp(created, 8), utf8(label));
    return frame(i, 0, cat(i2osp(descriptor.length, 2), descriptor, secret));
  });
  const account = 'rené@example.org';
  const end = frame(secrets.length, 1, cat(i2osp(secrets.length, 8), i2osp(1_795_348_800_123, 8), utf8(account)));
  write('backup.json', {
    codes,
    entropy: hex(entropy),
    salt: hex(salt),
    account_name: account,
    secrets: secrets.map(({ origin, type, created, label, secret }) =>
      ({ origin, type, created_unix_ms: String(created), label, secret: hex(secret) })),
    backup: hex(cat(header, ...frames, end)),
  });
}
