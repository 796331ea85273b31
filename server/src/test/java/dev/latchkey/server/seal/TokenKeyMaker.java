package dev.latchkey.server.seal;

import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;

/** Makes an AES key in a token that can't be read out of it: library, slot, PIN and label. */
final class TokenKeyMaker {
    private TokenKeyMaker() {}

    public static void main(String[] arguments) throws Exception {
        Provider provider = Security.getProvider("SunPKCS11")
                .configure("--name=maker\nlibrary=" + arguments[0] + "\nslot="
                        + arguments[1] + "\nattributes(generate,CKO_SECRET_KEY,CKK_AES)={\nCKA_SENSITIVE=true\n"
                        + "CKA_EXTRACTABLE=false\nCKA_ENCRYPT=true\nCKA_DECRYPT=true\n}\n");
        KeyStore token = KeyStore.getInstance("PKCS11", provider);
        token.load(null, arguments[2].toCharArray());
        KeyGenerator generator = KeyGenerator.getInstance("AES", provider);
        generator.init(256);
        SecretKey key = generator.generateKey();
        token.setKeyEntry(arguments[3], key, null, null);
    }
}
