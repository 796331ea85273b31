/**
 * OPAQUE-3DH (RFC 9807) over ristretto255: a password turns into keys without the server ever seeing it.
 *
 * <p>Bytes in, bytes out: no input or output, no clock, no logging. The client and server roles start one-shot states;
 * randomness comes in by constructor; secrets travel in {@link dev.latchkey.opaque.SecretBytes} and are closed by whoever
 * created them. Both roles work with ristretto255-SHA512 as the OPRF, HKDF-SHA-512, HMAC-SHA-512, SHA-512 and Argon2id, so
 * that any implementation of this configuration can be the other side.
 */
package dev.latchkey.opaque;
