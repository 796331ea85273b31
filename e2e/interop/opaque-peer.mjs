// The other side of the interoperation tests: @serenity-kit/opaque behind a line protocol.
//
// Each line on standard input is a JSON object {"op": NAME, ...arguments}; it is answered by one line on standard output,
// {"result": {...}} or {"error": TEXT}. Messages and keys are hexadecimal, passwords and identifiers are strings. The end
// of standard input ends the process.

import { createInterface } from "node:readline";
import opaque from "@serenity-kit/opaque";

const toHex = (base64url) => Buffer.from(base64url, "base64url").toString("hex");
const fromHex = (hex) => Buffer.from(hex, "hex").toString("base64url");

const keyStretching = ({ memoryKib, iterations, parallelism }) =>
  memoryKib === 65536 && iterations === 3 && parallelism === 4
    ? "memory-constrained"
    : { "argon2id-custom": { memory: memoryKib, iterations, parallelism } };

const operations = {
  createSetup() {
    const setup = opaque.server.createSetup();
    return { setup: toHex(setup), publicKey: toHex(opaque.server.getPublicKey(setup)) };
  },

  clientStartRegistration({ password }) {
    const started = opaque.client.startRegistration({ password });
    return { state: toHex(started.clientRegistrationState), request: toHex(started.registrationRequest) };
  },

  serverRespond({ setup, credentialIdentifier, request }) {
    const { registrationResponse } = opaque.server.createRegistrationResponse({
      serverSetup: fromHex(setup),
      userIdentifier: credentialIdentifier,
      registrationRequest: fromHex(request),
    });
    return { response: toHex(registrationResponse) };
  },

  clientFinishRegistration({ state, response, password, identifiers, ksf }) {
    const finished = opaque.client.finishRegistration({
      clientRegistrationState: fromHex(state),
      registrationResponse: fromHex(response),
      password,
      identifiers,
      keyStretching: keyStretching(ksf),
    });
    return {
      record: toHex(finished.registrationRecord),
      exportKey: toHex(finished.exportKey),
      serverPublicKey: toHex(finished.serverStaticPublicKey),
    };
  },

  clientStartLogin({ password }) {
    const started = opaque.client.startLogin({ password });
    return { state: toHex(started.clientLoginState), ke1: toHex(started.startLoginRequest) };
  },

  // Without a record, the account is unknown.
  serverStartLogin({ setup, credentialIdentifier, record, ke1, identifiers }) {
    const started = opaque.server.startLogin({
      serverSetup: fromHex(setup),
      userIdentifier: credentialIdentifier,
      registrationRecord: record === undefined ? undefined : fromHex(record),
      startLoginRequest: fromHex(ke1),
      identifiers,
    });
    return { state: toHex(started.serverLoginState), ke2: toHex(started.loginResponse) };
  },

  clientFinishLogin({ state, ke2, password, identifiers, ksf }) {
    const finished = opaque.client.finishLogin({
      clientLoginState: fromHex(state),
      loginResponse: fromHex(ke2),
      password,
      identifiers,
      keyStretching: keyStretching(ksf),
    });
    if (finished === undefined) {
      return { refused: true };
    }
    return {
      refused: false,
      ke3: toHex(finished.finishLoginRequest),
      sessionKey: toHex(finished.sessionKey),
      exportKey: toHex(finished.exportKey),
      serverPublicKey: toHex(finished.serverStaticPublicKey),
    };
  },

  serverFinishLogin({ state, ke3, identifiers }) {
    const { sessionKey } = opaque.server.finishLogin({
      serverLoginState: fromHex(state),
      finishLoginRequest: fromHex(ke3),
      identifiers,
    });
    return { sessionKey: toHex(sessionKey) };
  },
};

await opaque.ready;
for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const { op, ...parameters } = JSON.parse(line);
    answer = { result: operations[op](parameters) };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
