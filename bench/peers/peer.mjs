// Other OPAQUE implementations behind a line protocol, to be timed beside this one.
//
// A line "NAME COUNT" on standard input asks for COUNT logins; the answer is a line with the microseconds that the server's
// part of one took (reading KE1, KE2, reading KE3 and checking it), or "error TEXT". The client's part is done in between
// and not counted. The end of standard input ends the process.

import { createInterface } from "node:readline";
import opaque from "@serenity-kit/opaque";
import {
  getOpaqueConfig,
  IdentityMemHardFn,
  KE1,
  KE2,
  KE3,
  OpaqueClient,
  OpaqueID,
  OpaqueServer,
  RegistrationRecord,
  RegistrationRequest,
} from "@cloudflare/opaque-ts";

const password = "seven quiet otters at dusk";
const userIdentifier = "account";

const micros = () => Number(process.hrtime.bigint()) / 1e3;

const required = (result) => {
  if (result instanceof Error) throw result;
  if (result === undefined) throw new Error("refused");
  return result;
};

// Rust compiled to WebAssembly; ristretto255, SHA-512.
const serenity = async () => {
  await opaque.ready;
  // The client's stretching is not measured.
  const keyStretching = { "argon2id-custom": { memory: 8, iterations: 1, parallelism: 1 } };
  const serverSetup = opaque.server.createSetup();
  const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({ password });
  const { registrationResponse } = opaque.server.createRegistrationResponse({
    serverSetup,
    userIdentifier,
    registrationRequest,
  });
  const { registrationRecord } = opaque.client.finishRegistration({
    clientRegistrationState,
    registrationResponse,
    password,
    keyStretching,
  });
  return async () => {
    const { clientLoginState, startLoginRequest } = opaque.client.startLogin({ password });
    const begun = micros();
    const { serverLoginState, loginResponse } = opaque.server.startLogin({
      serverSetup,
      userIdentifier,
      registrationRecord,
      startLoginRequest,
    });
    const answered = micros();
    const { finishLoginRequest } = required(
      opaque.client.finishLogin({ clientLoginState, loginResponse, password, keyStretching }),
    );
    const resumed = micros();
    opaque.server.finishLogin({ serverLoginState, finishLoginRequest });
    return answered - begun + (micros() - resumed);
  };
};

// TypeScript over WebCrypto and sjcl; P-256, SHA-256, an earlier draft of the protocol.
const cloudflare = async () => {
  const config = getOpaqueConfig(OpaqueID.OPAQUE_P256);
  const keyPair = await config.ake.generateAuthKeyPair();
  const server = new OpaqueServer(config, config.prng.random(config.hash.Nh), keyPair);
  const registering = new OpaqueClient(config, IdentityMemHardFn);
  const request = required(await registering.registerInit(password));
  const response = required(
    await server.registerInit(RegistrationRequest.deserialize(config, request.serialize()), userIdentifier),
  );
  const { record } = required(await registering.registerFinish(response));
  const stored = record.serialize();
  return async () => {
    const client = new OpaqueClient(config, IdentityMemHardFn);
    const ke1 = required(await client.authInit(password)).serialize();
    const begun = micros();
    const started = required(
      await server.authInit(
        KE1.deserialize(config, ke1),
        RegistrationRecord.deserialize(config, stored),
        userIdentifier,
      ),
    );
    const ke2 = started.ke2.serialize();
    const answered = micros();
    const ke3 = required(await client.authFinish(KE2.deserialize(config, ke2))).ke3.serialize();
    const resumed = micros();
    required(server.authFinish(KE3.deserialize(config, ke3), started.expected));
    return answered - begun + (micros() - resumed);
  };
};

const peers = { serenity: await serenity(), cloudflare: await cloudflare() };

for await (const line of createInterface({ input: process.stdin })) {
  const [name, count] = line.split(" ");
  let answer;
  try {
    let sum = 0;
    for (let i = 0; i < Number(count); i++) sum += await peers[name]();
    answer = String(sum / Number(count));
  } catch (error) {
    answer = `error ${String(error).replaceAll("\n", " ")}`;
  }
  process.stdout.write(answer + "\n");
}
