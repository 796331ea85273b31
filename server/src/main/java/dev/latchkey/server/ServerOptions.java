package dev.latchkey.server;

import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.server.peer.TrustedProxies;
import dev.latchkey.server.rpc.SessionLimits;
import dev.latchkey.server.seal.RootKeySource;
import dev.latchkey.server.store.ClockOffset;
import dev.latchkey.server.store.GuessLimits;
import dev.latchkey.server.store.StoreLocation;
import dev.latchkey.server.store.ThroughputLimits;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** What a server is started with. The addresses and files must be given; the rest has defaults. */
public final class ServerOptions {
    private final InetSocketAddress listen;
    private final StoreLocation storage;
    private final RootKeySource rootKey;
    private final Path certificate;
    private final Path certificateKey;
    private final SessionLimits sessionLimits;
    private final GuessLimits guessLimits;
    private final ThroughputLimits throughput;
    private final TrustedProxies trustedProxies;
    private final KsfParameters ksf;
    private final ClockOffset clockOffset;
    private final SecureRandom random;
    private final Optional<InetSocketAddress> operations;
    private final Optional<URI> traces;
    private final Duration grace;
    private final boolean reflection;
    private final Path adminSocket;

    private ServerOptions(Builder builder) {
        this.listen = Objects.requireNonNull(builder.listen, "listen");
        this.storage = Objects.requireNonNull(builder.storage, "storage");
        this.rootKey = Objects.requireNonNull(builder.rootKey, "rootKey");
        this.certificate = Objects.requireNonNull(builder.certificate, "certificate");
        this.certificateKey = Objects.requireNonNull(builder.certificateKey, "certificateKey");
        this.sessionLimits = builder.sessionLimits;
        this.guessLimits = builder.guessLimits;
        this.throughput = builder.throughput;
        this.trustedProxies = builder.trustedProxies;
        this.ksf = builder.ksf;
        this.clockOffset = builder.clockOffset;
        this.random = builder.random;
        this.operations = Optional.ofNullable(builder.operations);
        this.traces = Optional.ofNullable(builder.traces);
        this.grace = builder.grace;
        this.reflection = builder.reflection;
        this.adminSocket = builder.adminSocket;
    }

    public static Builder builder() {
        return new Builder();
    }

    public InetSocketAddress listen() {
        return listen;
    }

    /** Where it keeps its data. */
    public StoreLocation storage() {
        return storage;
    }

    public RootKeySource rootKey() {
        return rootKey;
    }

    /** PEM, the server's certificate first. */
    public Path certificate() {
        return certificate;
    }

    /** PEM, PKCS#8, not encrypted. */
    public Path certificateKey() {
        return certificateKey;
    }

    public SessionLimits sessionLimits() {
        return sessionLimits;
    }

    public GuessLimits guessLimits() {
        return guessLimits;
    }

    public ThroughputLimits throughput() {
        return throughput;
    }

    public TrustedProxies trustedProxies() {
        return trustedProxies;
    }

    /** Used at the first start alone; a deployment keeps what it began with. */
    public KsfParameters ksf() {
        return ksf;
    }

    public ClockOffset clockOffset() {
        return clockOffset;
    }

    public SecureRandom random() {
        return random;
    }

    /** Where probes and metrics are answered; empty for nowhere. */
    public Optional<InetSocketAddress> operations() {
        return operations;
    }

    /** The collector that traces are sent to; empty for none. */
    public Optional<URI> traces() {
        return traces;
    }

    /** How long a server that stops says that it is not ready before it takes no new calls. */
    public Duration grace() {
        return grace;
    }

    public boolean reflection() {
        return reflection;
    }

    /** Where its operator reaches it, if anywhere. */
    public Optional<Path> adminSocket() {
        return Optional.ofNullable(adminSocket);
    }

    /** Collects the options. */
    public static final class Builder {
        private InetSocketAddress listen;
        private StoreLocation storage;
        private RootKeySource rootKey;
        private Path certificate;
        private Path certificateKey;
        private SessionLimits sessionLimits = SessionLimits.DEFAULT;
        private GuessLimits guessLimits = GuessLimits.DEFAULT;
        private ThroughputLimits throughput = ThroughputLimits.DEFAULT;
        private TrustedProxies trustedProxies = TrustedProxies.NONE;
        private KsfParameters ksf = KsfParameters.DEFAULT;
        private ClockOffset clockOffset = new ClockOffset();
        private SecureRandom random = new SecureRandom();
        private InetSocketAddress operations;
        private URI traces;
        private Duration grace = Duration.ZERO;
        private boolean reflection;

        private Path adminSocket;

        private Builder() {}

        /** Port 0 takes a free one. */
        public Builder listen(InetSocketAddress address) {
            this.listen = address;
            return this;
        }

        public Builder storage(StoreLocation location) {
            this.storage = location;
            return this;
        }

        /** A root key that is kept in a file. */
        public Builder rootKey(Path file) {
            return rootKey(new RootKeySource.InFile(file));
        }

        public Builder rootKey(RootKeySource source) {
            this.rootKey = source;
            return this;
        }

        public Builder certificate(Path file) {
            this.certificate = file;
            return this;
        }

        public Builder certificateKey(Path file) {
            this.certificateKey = file;
            return this;
        }

        public Builder sessionLimits(SessionLimits limits) {
            this.sessionLimits = limits;
            return this;
        }

        public Builder guessLimits(GuessLimits limits) {
            this.guessLimits = limits;
            return this;
        }

        public Builder throughput(ThroughputLimits limits) {
            this.throughput = limits;
            return this;
        }

        /** Connections from these must begin with a PROXY protocol header. */
        public Builder trustedProxies(TrustedProxies proxies) {
            this.trustedProxies = proxies;
            return this;
        }

        public Builder ksf(KsfParameters parameters) {
            this.ksf = parameters;
            return this;
        }

        /** Moves the clock by which everything expires; for tests. */
        public Builder clockOffset(ClockOffset offset) {
            this.clockOffset = offset;
            return this;
        }

        public Builder random(SecureRandom source) {
            this.random = source;
            return this;
        }

        /** Answers probes and shows metrics there, in plain HTTP; for the operator's network alone. Port 0 takes a free one. */
        public Builder operations(InetSocketAddress address) {
            this.operations = address;
            return this;
        }

        /** Sends a span for each call there, by OTLP over HTTP; the address without {@code /v1/traces}. */
        public Builder traces(URI collector) {
            this.traces = collector;
            return this;
        }

        /** For balancers that send no more once they have heard that the server is not ready. */
        public Builder grace(Duration time) {
            this.grace = Objects.requireNonNull(time, "time");
            return this;
        }

        /** Tells clients which services and messages there are; for trying out. */
        public Builder reflection(boolean offered) {
            this.reflection = offered;
            return this;
        }

        /** A Unix socket for the operator; none unless given. */
        public Builder adminSocket(Path socket) {
            this.adminSocket = socket;
            return this;
        }

        public ServerOptions build() {
            return new ServerOptions(this);
        }
    }
}
