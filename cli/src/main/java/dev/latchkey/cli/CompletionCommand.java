package dev.latchkey.cli;

import com.google.gson.JsonObject;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the script that completes commands and options in a shell. */
@Command(
        name = "completion",
        description = {
            "Print a completion script for bash and zsh.",
            "",
            "To try it in this shell: source <(latchkey completion)",
            "To keep it: latchkey completion > ~/.local/share/bash-completion/completions/latchkey"
        })
final class CompletionCommand implements Runnable {

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Spec
    private CommandSpec spec;

    CompletionCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public void run() {
        String script = AutoComplete.bash("latchkey", spec.root().commandLine());
        JsonObject data = new JsonObject();
        data.addProperty("script", script);
        new Output(surroundings, root.global().json()).result(script, data);
    }
}
