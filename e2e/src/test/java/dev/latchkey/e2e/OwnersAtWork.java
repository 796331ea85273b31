package dev.latchkey.e2e;

import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.protocol.UserId;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;

/** Owners who share one thread: one after the other they register or come back, and store, until the server is gone. */
final class OwnersAtWork {
    private static final int MOST_STORED_AT_ONCE = 3;
    private static final int OLD_ONES_CHECKED = 5;

    private final String prefix;
    private final Random random;
    private final Semaphore acknowledged;
    private final List<RememberedOwner> owners = new ArrayList<>();
    private final Set<RememberedOwner> touched = new LinkedHashSet<>();

    /** @param acknowledged gets a permit for every registration and every stored secret that the server acknowledged */
    OwnersAtWork(String prefix, Random random, Semaphore acknowledged) {
        this.prefix = prefix;
        this.random = random;
        this.acknowledged = acknowledged;
    }

    /** Works until the server does not answer, and gives the failure of the call that was under way then. */
    StatusRuntimeException work(RawClient client) throws OpaqueException {
        try {
            while (true) {
                RememberedOwner owner = owners.isEmpty() || random.nextBoolean()
                        ? register(client)
                        : owners.get(random.nextInt(owners.size()));
                touched.add(owner);
                RawSession session = owner.logIn(client);
                for (int left = random.nextInt(MOST_STORED_AT_ONCE + 1); left > 0; left--) {
                    owner.store(client, session);
                    acknowledged.release();
                }
            }
        } catch (StatusRuntimeException gone) {
            return gone;
        }
    }

    int inDoubt() {
        return Math.toIntExact(
                touched.stream().filter(RememberedOwner::isInDoubt).count());
    }

    /** Checks everybody who was at work since the last time, and some of the others. Tells what is wrong. */
    List<String> checkRecent(RawClient client) {
        Set<RememberedOwner> checked = new LinkedHashSet<>(touched);
        for (int i = 0; i < OLD_ONES_CHECKED && !owners.isEmpty(); i++) {
            checked.add(owners.get(random.nextInt(owners.size())));
        }
        return check(checked, client);
    }

    List<String> checkAll(RawClient client) {
        return check(new LinkedHashSet<>(owners), client);
    }

    List<String> compare(AuditLogs logs) {
        return owners.stream().flatMap(owner -> owner.compare(logs).stream()).toList();
    }

    /** How often something in doubt turned out to have been done. */
    int hadHappened() {
        return owners.stream().mapToInt(RememberedOwner::hadHappened).sum();
    }

    int count() {
        return owners.size();
    }

    private List<String> check(Set<RememberedOwner> some, RawClient client) {
        List<String> wrong = new ArrayList<>();
        for (RememberedOwner owner : some) {
            wrong.addAll(owner.check(client));
        }
        touched.clear();
        return wrong;
    }

    private RememberedOwner register(RawClient client) throws OpaqueException {
        RememberedOwner owner = new RememberedOwner(prefix + "-" + owners.size(), UserId.random(client.random()));
        owners.add(owner);
        touched.add(owner);
        owner.register(client);
        acknowledged.release();
        return owner;
    }
}
