/**
 * The gRPC edge: one handler a flow. The edge checks form and turns refusals into statuses; handlers speak to the
 * store's interfaces and know neither gRPC nor a database.
 */
package dev.latchkey.server.rpc;
