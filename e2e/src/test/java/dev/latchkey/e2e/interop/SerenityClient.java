package dev.latchkey.e2e.interop;

import com.google.gson.JsonObject;
import java.util.Optional;

final class SerenityClient implements ClientSide {

    private final SerenityPeer peer;

    SerenityClient(SerenityPeer peer) {
        this.peer = peer;
    }

    @Override
    public Registered register(Setting setting, ServerSide server) {
        JsonObject start = SerenityPeer.question("clientStartRegistration");
        start.addProperty("password", setting.words());
        JsonObject started = peer.ask(start);

        JsonObject finish = SerenityPeer.question("clientFinishRegistration", setting);
        finish.addProperty("password", setting.words());
        finish.add("state", started.get("state"));
        finish.addProperty("response", server.respond(started.get("request").getAsString()));
        JsonObject finished = peer.ask(finish);
        return new Registered(
                finished.get("record").getAsString(),
                finished.get("exportKey").getAsString(),
                finished.get("serverPublicKey").getAsString());
    }

    @Override
    public Optional<LoggedIn> login(Setting setting, String words, ServerSide.Handshake handshake) {
        JsonObject start = SerenityPeer.question("clientStartLogin");
        start.addProperty("password", words);
        JsonObject started = peer.ask(start);

        JsonObject finish = SerenityPeer.question("clientFinishLogin", setting);
        finish.addProperty("password", words);
        finish.add("state", started.get("state"));
        finish.addProperty("ke2", handshake.start(started.get("ke1").getAsString()));
        JsonObject finished = peer.ask(finish);
        if (finished.get("refused").getAsBoolean()) {
            return Optional.empty();
        }
        return Optional.of(new LoggedIn(
                finished.get("ke3").getAsString(),
                finished.get("sessionKey").getAsString(),
                finished.get("exportKey").getAsString(),
                finished.get("serverPublicKey").getAsString()));
    }

    @Override
    public String toString() {
        return "serenity client";
    }
}
