/**
 * The only way in for an application: {@link dev.latchkey.client.KeyClient} registers an account or logs in, and an open
 * {@link dev.latchkey.client.KeySession} stores, retrieves, lists and changes secrets.
 *
 * <p>The password and the keys made from it never leave this package; the storage key does not even reach the calling
 * application. Nothing is logged or printed, and nothing secret is written to a file. Every failure is a {@link
 * dev.latchkey.client.KeyClientException} with a reason.
 */
package dev.latchkey.client;
