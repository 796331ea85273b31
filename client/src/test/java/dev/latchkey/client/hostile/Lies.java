package dev.latchkey.client.hostile;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.latchkey.client.testserver.Steps;
import dev.latchkey.opaque.ServerKeyPair;
import dev.latchkey.protocol.wire.AuditHead;
import dev.latchkey.protocol.wire.KsfParameters;
import dev.latchkey.protocol.wire.OpenSessionRequest;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SecretsListed;
import dev.latchkey.protocol.wire.SessionOpened;
import dev.latchkey.protocol.wire.StoredSecret;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** The lies of a server, each of them none until a scenario tells it; and what the server heard. */
final class Lies extends Steps {

    UnaryOperator<KsfParameters> ksf;
    UnaryOperator<ServerKeyPair> keyPairOfRegistration;
    UnaryOperator<ServerKeyPair> keyPairOfLogin;
    BinaryOperator<ByteString> registrationResponse;
    BinaryOperator<ByteString> ke2;
    UnaryOperator<SessionOpened> opened;
    UnaryOperator<ByteString> storageKey;
    BiFunction<StoredSecret, List<StoredSecret>, StoredSecret> secret;
    BiFunction<Request, Response, Response> answer;
    long seq;
    BinaryOperator<ByteString> sealed;
    private final List<String> heard = new CopyOnWriteArrayList<>();

    Lies() {
        beHonest();
    }

    void beHonest() {
        ksf = UnaryOperator.identity();
        keyPairOfRegistration = UnaryOperator.identity();
        keyPairOfLogin = UnaryOperator.identity();
        registrationResponse = (request, honest) -> honest;
        ke2 = (ke1, honest) -> honest;
        opened = UnaryOperator.identity();
        storageKey = UnaryOperator.identity();
        secret = (honest, all) -> honest;
        answer = (request, honest) -> honest;
        seq = 0;
        sealed = (request, honest) -> honest;
    }

    /** What arrived, in its order: the names of calls and, of sealed requests, those of their operations. */
    List<String> heard() {
        return heard;
    }

    /** Bends every list. */
    void list(UnaryOperator<SecretsListed.Builder> lie) {
        answer = (request, honest) -> honest.hasSecretsListed()
                ? Response.newBuilder()
                        .setSecretsListed(lie.apply(honest.getSecretsListed().toBuilder()))
                        .build()
                : honest;
    }

    /** Bends the head of every answer that has one. */
    void head(UnaryOperator<AuditHead.Builder> lie) {
        answer = (request, honest) -> withHead(honest, lie);
    }

    /** Answers every request of this operation with {@code lie} instead. */
    void instead(Request.OperationCase operation, Response lie) {
        answer = (request, honest) -> request.getOperationCase() == operation ? lie : honest;
    }

    static Response withHead(Response honest, UnaryOperator<AuditHead.Builder> lie) {
        Response.Builder bent = honest.toBuilder();
        for (FieldDescriptor result : honest.getAllFields().keySet()) {
            Message.Builder message = bent.getFieldBuilder(result);
            FieldDescriptor audit = message.getDescriptorForType().findFieldByName("audit");
            if (audit != null) {
                AuditHead head = (AuditHead) message.getField(audit);
                message.setField(audit, lie.apply(head.toBuilder()).build());
            }
        }
        return bent.build();
    }

    @Override
    protected KsfParameters ksf(KsfParameters honest) {
        return ksf.apply(honest);
    }

    @Override
    protected ServerKeyPair keyPairOfRegistration(ServerKeyPair honest) {
        return keyPairOfRegistration.apply(honest);
    }

    @Override
    protected ServerKeyPair keyPairOfLogin(ServerKeyPair honest) {
        return keyPairOfLogin.apply(honest);
    }

    @Override
    protected ByteString registrationResponse(ByteString request, ByteString honest) {
        heard.add("registration request");
        return registrationResponse.apply(request, honest);
    }

    @Override
    protected ByteString ke2(ByteString ke1, ByteString honest) {
        heard.add("KE1");
        return ke2.apply(ke1, honest);
    }

    @Override
    protected void beforeReading(OpenSessionRequest request) {
        heard.add("KE3");
    }

    @Override
    protected SessionOpened opened(SessionOpened honest) {
        return opened.apply(honest);
    }

    @Override
    protected void beforeCarryingOut(Request request) {
        heard.add(request.getOperationCase().name());
    }

    @Override
    protected ByteString storageKey(ByteString honest) {
        return storageKey.apply(honest);
    }

    @Override
    protected StoredSecret secret(StoredSecret honest, List<StoredSecret> all) {
        return secret.apply(honest, all);
    }

    @Override
    protected Response answer(Request request, Response honest) {
        return answer.apply(request, honest);
    }

    @Override
    protected long seqOfAnswer(long seqOfRequest) {
        return seqOfRequest + seq;
    }

    @Override
    protected ByteString sealed(ByteString request, ByteString honest) {
        return sealed.apply(request, honest);
    }
}
