package dev.latchkey.server.peer;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A connection of HTTP/2 (RFC 9113) whose frames are in the test's hands, and which reads only what a test asks it to. */
public final class RawHttp2 implements Closeable {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int RST_STREAM = 3;
    private static final int PING = 6;
    public static final int GO_AWAY = 7;

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int FRAME_HEADER = 9;
    private static final int SETTINGS = 4;
    private static final int WINDOW_UPDATE = 8;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int CANCEL = 8;
    private static final short INITIAL_WINDOW_SIZE = 4;

    private final Socket socket;
    private int stream = -1;

    private RawHttp2(Socket socket) {
        this.socket = socket;
    }

    /** What {@link #connect} needs, made once. */
    public static SSLContext trusting(Path ca) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream certificate = Files.newInputStream(ca)) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(certificate));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** Finishes TLS and says nothing more. */
    public static RawHttp2 connect(SSLContext context, int port) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.setTcpNoDelay(true);
        socket.startHandshake();
        return new RawHttp2(socket);
    }

    /** Without TLS. */
    public static RawHttp2 plain(int port) throws IOException {
        return new RawHttp2(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /**
     * Says that it speaks HTTP/2.
     *
     * @param window how many bytes of each answer the server may send unasked
     */
    public void begin(int window) throws IOException {
        byte[] settings = ByteBuffer.allocate(6)
                .putShort(INITIAL_WINDOW_SIZE)
                .putInt(window)
                .array();
        write(PREFACE, frame(SETTINGS, 0, 0, settings));
    }

    /** Begins a call of a method and sends nothing of its message. */
    public byte[] call(String method) {
        stream += 2;
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        field(fields, ":method", "POST");
        field(fields, ":scheme", "https");
        field(fields, ":path", "/" + method);
        field(fields, ":authority", "localhost");
        field(fields, "te", "trailers");
        field(fields, "content-type", "application/grpc");
        return frame(HEADERS, END_HEADERS, stream, fields.toByteArray());
    }

    /** The whole message of the call begun last. */
    public byte[] message(byte[] message) {
        byte[] framed = ByteBuffer.allocate(5 + message.length)
                .put((byte) 0)
                .putInt(message.length)
                .put(message)
                .array();
        return frame(DATA, END_STREAM, stream, framed);
    }

    /** Says that the call begun last has all of its message. */
    public byte[] complete() {
        return frame(DATA, END_STREAM, stream, new byte[0]);
    }

    /**
     * So many bytes of a message of the call begun last that is longer; in frames, and with the message's prefix.
     *
     * @param frame how many of its bytes a frame has, at most 16 KiB
     */
    public byte[] beginningOf(int length, int bytes, int frame) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        byte[] prefix = ByteBuffer.allocate(5).put((byte) 0).putInt(length).array();
        frames.writeBytes(frame(DATA, 0, stream, prefix));
        for (int sent = 0; sent < bytes; sent += frame) {
            frames.writeBytes(frame(DATA, 0, stream, new byte[Math.min(frame, bytes - sent)]));
        }
        return frames.toByteArray();
    }

    /** What the server answers when it has taken in everything before it. */
    public byte[] ping() {
        return frame(PING, 0, 0, new byte[8]);
    }

    /** Takes the call begun last back. */
    public byte[] reset() {
        return frame(
                RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(CANCEL).array());
    }

    /** What makes the server take the call begun last back: a window that grows by nothing. */
    public byte[] provocation() {
        return frame(WINDOW_UPDATE, 0, stream, new byte[4]);
    }

    public void write(byte[]... frames) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            whole.writeBytes(frame);
        }
        OutputStream out = socket.getOutputStream();
        out.write(whole.toByteArray());
        out.flush();
    }

    /** Reads until a frame of this type, or the connection's end; false for the latter. */
    public boolean readUntil(int type, int deadlineMillis) throws IOException {
        return readUntil(type, 0, deadlineMillis);
    }

    /** Reads until the answer to {@link #ping}: the server sends some of its own too. */
    public boolean readUntilPinged(int deadlineMillis) throws IOException {
        return readUntil(PING, ACK, deadlineMillis);
    }

    private boolean readUntil(int type, int flags, int deadlineMillis) throws IOException {
        socket.setSoTimeout(deadlineMillis);
        InputStream in = socket.getInputStream();
        while (true) {
            byte[] header = in.readNBytes(FRAME_HEADER);
            if (header.length < FRAME_HEADER) {
                return false;
            }
            in.readNBytes(ByteBuffer.wrap(header).getInt() >>> 8);
            if (header[3] == type && (header[4] & flags) == flags) {
                return true;
            }
        }
    }

    @Override
    public void close() throws IOException {
        try (socket) {
            // No farewell: the server may be reading nothing.
            socket.setSoLinger(true, 0);
        } catch (SocketException closed) {
            // TLS closed it when the server ended the connection.
            return;
        }
    }

    /** A field as it is, neither indexed nor compressed: RFC 7541, section 6.2.2. */
    private static void field(ByteArrayOutputStream fields, String name, String value) {
        fields.write(0);
        text(fields, name);
        text(fields, value);
    }

    private static void text(ByteArrayOutputStream fields, String text) {
        fields.write(text.length());
        fields.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(FRAME_HEADER + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }
}
