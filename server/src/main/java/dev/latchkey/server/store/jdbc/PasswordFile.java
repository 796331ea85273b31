package dev.latchkey.server.store.jdbc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;
import org.postgresql.plugin.AuthenticationPlugin;
import org.postgresql.plugin.AuthenticationRequestType;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/**
 * Gives the database's driver the password from its file, anew for every connection, so that it can be changed while
 * servers run. The driver makes it by name, and wipes what it got.
 */
public final class PasswordFile implements AuthenticationPlugin {
    /** The driver's property that names the file. */
    static final String PROPERTY = "latchkeyPasswordFile";

    private static final int MOST_BYTES = 4096;

    private final Path file;

    /** @param connection the properties of the connection, {@value #PROPERTY} among them */
    public PasswordFile(Properties connection) {
        this.file = Path.of(connection.getProperty(PROPERTY));
    }

    @Override
    public char[] getPassword(AuthenticationRequestType type) throws PSQLException {
        byte[] bytes = {};
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw unusable("is larger than a password", null);
            }
            bytes = Files.readAllBytes(file);
            return firstLine(bytes);
        } catch (CharacterCodingException e) {
            throw unusable("is not UTF-8", e);
        } catch (IOException e) {
            throw unusable("can't be read", e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static char[] firstLine(byte[] bytes) throws CharacterCodingException {
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') {
            end++;
        }
        CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, end));
        char[] password = new char[decoded.remaining()];
        decoded.get(password);
        Arrays.fill(decoded.array(), '\0');
        return password;
    }

    private PSQLException unusable(String what, Exception cause) {
        return new PSQLException(
                "the password file " + file + " " + what, PSQLState.INVALID_AUTHORIZATION_SPECIFICATION, cause);
    }
}
