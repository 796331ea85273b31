package dev.latchkey.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.client.KeyClient;
import dev.latchkey.protocol.Password;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import dev.latchkey.server.store.jdbc.DatabasePeek;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is loaded must be as large as what owners leave, or measuring it says nothing of them. */
final class AccountLoaderTest {

    @TempDir
    private Path folder;

    private Path database;
    private Deployment deployment;

    @BeforeEach
    void init() throws Exception {
        database = folder.resolve("server").resolve("latchkey.db");
        deployment = new Deployment(folder.resolve("server"), new SqliteFile(database));
        deployment.init();
        Deployments.makeTables(deployment);
    }

    private void register(int number) throws Exception {
        try (RunningServer server = RunningServer.start(deployment, folder.resolve("log"));
                KeyClient client = server.client();
                Password password = Password.of("seven quiet otters at dusk".toCharArray())) {
            OwnedSecrets.register(client, number, password);
        }
    }

    private String load(int from, int to) throws Exception {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
                ProgressBar bar = new ProgressBar("accounts", to - from, out)) {
            deployment.withStore(store -> {
                new AccountLoader(store).load(from, to, bar);
                return null;
            });
        }
        return shown.toString(StandardCharsets.UTF_8);
    }

    /** By account: of each of its rows the table, the columns, and how long what stands there is. */
    private Map<String, List<String>> rows() throws IOException {
        Map<String, List<String>> rows = new TreeMap<>();
        for (DatabasePeek.Table table : DatabasePeek.read(database)) {
            for (List<DatabasePeek.Cell> row : table.rows()) {
                StringBuilder form = new StringBuilder(table.name());
                String owner = null;
                for (DatabasePeek.Cell cell : row) {
                    form.append(' ')
                            .append(cell.column())
                            .append('=')
                            // A slot is a number, and a greater one has more digits.
                            .append(
                                    cell.column().equals("slot")
                                            ? 1
                                            : cell.value().length());
                    owner = cell.column().equals("user_id") ? cell.value() : owner;
                }
                if (owner != null) {
                    rows.computeIfAbsent(owner, first -> new ArrayList<>()).add(form.toString());
                }
            }
        }
        rows.values().forEach(ofOwner -> ofOwner.sort(null));
        return rows;
    }

    @Test
    void load_besideAnAccountOfAClient_leavesTheSameRows() throws Exception {
        register(1);
        List<String> ofClient = rows().values().iterator().next();

        load(2, 4);

        assertThat(ofClient).hasSize(1 + 1 + 5 + 3);
        assertThat(rows().values())
                .hasSize(3)
                .allSatisfy(rows -> assertThat(rows).isEqualTo(ofClient));
    }

    @Test
    void load_saysHowFarItIs() throws Exception {
        String shown = load(0, 300);

        assertThat(shown).contains("300 of 300").contains("0:00 left").contains("/s");
    }
}
