package dev.latchkey.server.rpc;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The calls that wait for their peers, each with the bytes it holds meanwhile. When there is no room for another, that address gives
 * way which holds most, with what has waited longest: whoever fills the room is in the way of nobody but themselves.
 *
 * @param <C> a call, the same only as itself
 */
final class WaitingCalls<C> {
    private final long room;
    private final Map<ClientAddress, Waiting<C>> waiting = new LinkedHashMap<>();
    private long held;

    /** @param room how many bytes all of them may hold */
    WaitingCalls(long room) {
        this.room = room;
    }

    /** What waits for one address, in the order in which it came. */
    private static final class Waiting<C> {
        private final Map<C, Long> calls = new LinkedHashMap<>();
        private long held;
    }

    /**
     * The call waits from now on.
     *
     * @return those that give way and wait no longer; the caller ends them
     */
    synchronized List<C> enter(ClientAddress address, C call, long bytes) {
        Waiting<C> mine = waiting.computeIfAbsent(address, first -> new Waiting<>());
        mine.calls.put(call, bytes);
        return add(mine, bytes);
    }

    /** It holds so many bytes now, if it still waits. Returns as {@link #enter} does. */
    synchronized List<C> holds(ClientAddress address, C call, long bytes) {
        Waiting<C> mine = waiting.get(address);
        Long before = mine == null ? null : mine.calls.replace(call, bytes);
        return before == null ? List.of() : add(mine, bytes - before);
    }

    private List<C> add(Waiting<C> mine, long bytes) {
        mine.held += bytes;
        held += bytes;
        return held <= room ? List.of() : giveWay();
    }

    private List<C> giveWay() {
        List<C> leaving = new ArrayList<>();
        while (held > room) {
            Map.Entry<ClientAddress, Waiting<C>> most = Collections.max(
                    waiting.entrySet(), Comparator.comparingLong(ofAddress -> ofAddress.getValue().held));
            C oldest = most.getValue().calls.keySet().iterator().next();
            leave(most.getKey(), oldest);
            leaving.add(oldest);
        }
        return leaving;
    }

    /** The call waits no longer; false if it has given way before. */
    synchronized boolean leave(ClientAddress address, C call) {
        Waiting<C> mine = waiting.get(address);
        Long bytes = mine == null ? null : mine.calls.remove(call);
        if (bytes == null) {
            return false;
        }
        mine.held -= bytes;
        held -= bytes;
        if (mine.calls.isEmpty()) {
            waiting.remove(address);
        }
        return true;
    }
}
