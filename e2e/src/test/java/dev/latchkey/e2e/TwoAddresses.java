package dev.latchkey.e2e;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.StatusOr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

/** Has a channel know several servers on this machine, of which it takes the first that it can reach. */
final class TwoAddresses extends NameResolverProvider {
    private static final String SCHEME = "ports";

    /** What stands for these ports. */
    static String target(int... ports) {
        StringBuilder target = new StringBuilder(SCHEME + ":///");
        for (int port : ports) {
            target.append(port).append(',');
        }
        return target.toString();
    }

    @Override
    public NameResolver newNameResolver(URI target, NameResolver.Args arguments) {
        if (!target.getScheme().equals(SCHEME)) {
            return null;
        }
        List<EquivalentAddressGroup> servers = Stream.of(
                        target.getPath().substring(1).split(",", 0))
                .map(port -> new EquivalentAddressGroup(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port))))
                .toList();
        return new NameResolver() {
            @Override
            public String getServiceAuthority() {
                return "localhost";
            }

            @Override
            public void start(Listener2 listener) {
                listener.onResult(ResolutionResult.newBuilder()
                        .setAddressesOrError(StatusOr.fromValue(servers))
                        .build());
            }

            @Override
            public void shutdown() {
                // It holds nothing.
            }
        };
    }

    @Override
    public String getDefaultScheme() {
        return SCHEME;
    }

    @Override
    protected boolean isAvailable() {
        return true;
    }

    @Override
    protected int priority() {
        return 0;
    }
}
