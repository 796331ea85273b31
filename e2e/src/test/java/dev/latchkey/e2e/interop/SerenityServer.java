package dev.latchkey.e2e.interop;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Optional;

final class SerenityServer implements ServerSide {

    private final SerenityPeer peer;
    private final Setup setup;

    SerenityServer(SerenityPeer peer, Setup setup) {
        this.peer = peer;
        this.setup = setup;
    }

    @Override
    public String respond(String registrationRequest) {
        JsonObject question = SerenityPeer.question("serverRespond");
        question.addProperty("setup", setup.hex());
        question.addProperty("credentialIdentifier", Setup.CREDENTIAL_IDENTIFIER);
        question.addProperty("request", registrationRequest);
        return peer.ask(question).get("response").getAsString();
    }

    @Override
    public Handshake handshake(Setting setting, Optional<String> record) {
        return new Handshake() {

            private JsonElement state;

            @Override
            public String start(String ke1) {
                JsonObject question = SerenityPeer.question("serverStartLogin", setting);
                question.addProperty("setup", setup.hex());
                question.addProperty("credentialIdentifier", Setup.CREDENTIAL_IDENTIFIER);
                question.addProperty("ke1", ke1);
                record.ifPresent(stored -> question.addProperty("record", stored));
                JsonObject started = peer.ask(question);
                state = started.get("state");
                return started.get("ke2").getAsString();
            }

            @Override
            public Optional<String> finish(String ke3) {
                JsonObject question = SerenityPeer.question("serverFinishLogin", setting);
                question.add("state", state);
                question.addProperty("ke3", ke3);
                JsonObject answer = peer.answerTo(question);
                return answer.has("error")
                        ? Optional.empty()
                        : Optional.of(answer.getAsJsonObject("result")
                                .get("sessionKey")
                                .getAsString());
            }
        };
    }

    @Override
    public String toString() {
        return "serenity server";
    }
}
