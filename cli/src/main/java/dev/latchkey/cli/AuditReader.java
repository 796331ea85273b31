package dev.latchkey.cli;

import dev.latchkey.client.AuditPage;
import dev.latchkey.client.AuditRecord;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.SecretSummary;
import dev.latchkey.protocol.KeyId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads the wanted entries of a log, newest first, page by page, and finds the labels that go with them. */
final class AuditReader {

    private static final int PAGE = 1000;

    private final KeySession session;
    private final AuditFilter filter;
    private final int limit;
    private boolean more;

    /** @param limit how many entries at most */
    AuditReader(KeySession session, AuditFilter filter, int limit) {
        this.session = session;
        this.filter = filter;
        this.limit = limit;
    }

    List<AuditLine> read() throws KeyClientException {
        List<AuditRecord> wanted = new ArrayList<>();
        // One more than is wanted, to know whether there are more: a look at the newest stays one small page.
        int size = filter.takesAll() && limit < PAGE ? limit + 1 : PAGE;
        OptionalLong before = OptionalLong.of(Long.MAX_VALUE);
        while (before.isPresent() && !more) {
            AuditPage page = session.audit(before.getAsLong(), size);
            for (AuditRecord entry : page.records()) {
                if (filter.takes(entry)) {
                    if (wanted.size() == limit) {
                        more = true;
                        break;
                    }
                    wanted.add(entry);
                }
            }
            before = page.next();
        }
        Map<KeyId, String> labels = labels(wanted);
        return wanted.stream()
                .map(entry -> AuditLine.of(entry, entry.keyId().flatMap(id -> Optional.ofNullable(labels.get(id)))))
                .toList();
    }

    /** Whether there are older entries that are wanted too. */
    boolean hasMore() {
        return more;
    }

    private Map<KeyId, String> labels(List<AuditRecord> entries) throws KeyClientException {
        Set<KeyId> ids = new HashSet<>();
        entries.forEach(entry -> entry.keyId().ifPresent(ids::add));
        Map<KeyId, String> labels = new HashMap<>();
        for (SecretSummary secret : session.find(ids)) {
            labels.put(secret.keyId(), secret.descriptor().label().value());
        }
        return labels;
    }
}
