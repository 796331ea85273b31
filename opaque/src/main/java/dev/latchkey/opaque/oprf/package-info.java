/**
 * The oblivious pseudorandom function of RFC 9497 in mode 0x00 (OPRF) with the suite ristretto255-SHA512.
 *
 * <p>For the OPAQUE roles of this module; other modules have no business here.
 */
package dev.latchkey.opaque.oprf;
