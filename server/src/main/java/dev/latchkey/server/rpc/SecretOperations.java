package dev.latchkey.server.rpc;

import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import java.security.SecureRandom;

/** The operations on an owner's secrets, each to its handler. */
final class SecretOperations {
    private final StoreSecretsHandler storing;
    private final ReadSecretsHandler reading;
    private final ChangeSecretHandler changing;

    SecretOperations(Store store, SecureRandom random) {
        this.storing = new StoreSecretsHandler(store, random);
        this.reading = new ReadSecretsHandler(store);
        this.changing = new ChangeSecretHandler(store);
    }

    Response.Builder run(CallContext context, Request request) throws Refused, StoreUnavailableException {
        Response.Builder response = Response.newBuilder();
        return switch (request.getOperationCase()) {
            case ALLOCATE_KEY_IDS ->
                response.setKeyIdsAllocated(storing.allocate(context, request.getAllocateKeyIds()));
            case STORE_SECRETS -> response.setSecretsStored(storing.store(context, request.getStoreSecrets()));
            case GENERATE_SECRET -> response.setSecretGenerated(storing.generate(context, request.getGenerateSecret()));
            case RETRIEVE_SECRETS ->
                response.setSecretsRetrieved(reading.retrieve(context, request.getRetrieveSecrets()));
            case LIST_SECRETS -> response.setSecretsListed(reading.list(context, request.getListSecrets()));
            case REPLACE_SECRET -> response.setSecretReplaced(changing.replace(context, request.getReplaceSecret()));
            case RENAME_SECRET -> response.setSecretRenamed(changing.rename(context, request.getRenameSecret()));
            case DELETE_SECRET -> response.setSecretDeleted(changing.delete(context, request.getDeleteSecret()));
            default -> throw new IllegalArgumentException("not an operation on secrets");
        };
    }
}
