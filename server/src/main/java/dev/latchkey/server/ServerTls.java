package dev.latchkey.server;

import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.time.Instant;

/**
 * A certificate and its key, ready for use.
 *
 * @param context what connections are made with
 * @param notAfter when the first certificate of the chain is over
 */
record ServerTls(SslContext context, Instant notAfter) {}
