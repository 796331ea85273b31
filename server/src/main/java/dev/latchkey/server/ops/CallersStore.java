package dev.latchkey.server.ops;

import dev.latchkey.server.rpc.RequestIdInterceptor;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import java.util.Optional;
import org.slf4j.MDC;

/** Has each transaction logged under the id of the call it is for, whichever thread runs it. */
public final class CallersStore extends ForwardingStore {

    /** @param store stays the caller's, who closes it */
    public CallersStore(Store store) {
        super(store);
    }

    @Override
    public <T, E extends Exception> T transact(Work<T, E> work) throws E, StoreUnavailableException {
        return store.transact(ofCaller(work));
    }

    @Override
    public <T, E extends Exception> Optional<T> transactTwice(Work<Boolean, E> first, Work<T, E> second)
            throws E, StoreUnavailableException {
        return store.transactTwice(ofCaller(first), ofCaller(second));
    }

    @Override
    public <T, E extends Exception> T view(Work<T, E> work) throws E, StoreUnavailableException {
        return store.view(ofCaller(work));
    }

    private static <T, E extends Exception> Work<T, E> ofCaller(Work<T, E> work) {
        String caller = MDC.get(RequestIdInterceptor.IN_LOG);
        return transaction -> {
            String here = MDC.get(RequestIdInterceptor.IN_LOG);
            name(caller);
            try {
                return work.in(transaction);
            } finally {
                name(here);
            }
        };
    }

    private static void name(String id) {
        if (id == null) {
            MDC.remove(RequestIdInterceptor.IN_LOG);
        } else {
            MDC.put(RequestIdInterceptor.IN_LOG, id);
        }
    }
}
