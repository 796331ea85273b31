package dev.latchkey.e2e;

import dev.latchkey.client.KeyClient;
import dev.latchkey.protocol.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

/** A device that several owners use in turn: each comes, registers or logs in, does some things, and goes. */
final class DeviceAtWork implements Callable<Void> {
    private static final int MOST_STEPS = 30;
    private static final int MOST_OWNERS = 4;

    private final String name;
    private final KeyClient client;
    private final Random random;
    private final Acknowledgements acknowledged;
    private final BooleanSupplier isOver;
    private final List<OwnerOnDevice> owners = new ArrayList<>();

    DeviceAtWork(String name, KeyClient client, Random random, Acknowledgements acknowledged, BooleanSupplier isOver) {
        this.name = name;
        this.client = client;
        this.random = random;
        this.acknowledged = acknowledged;
        this.isOver = isOver;
    }

    @Override
    public Void call() throws InvalidInputException {
        while (!isOver.getAsBoolean()) {
            OwnerOnDevice owner = anyOwner();
            for (int left = 2 + random.nextInt(MOST_STEPS); left > 0 && !isOver.getAsBoolean(); left--) {
                owner.step();
            }
            owner.endSession();
        }
        return null;
    }

    private OwnerOnDevice anyOwner() {
        int chosen = random.nextInt(MOST_OWNERS);
        if (chosen < owners.size()) {
            return owners.get(chosen);
        }
        owners.add(new OwnerOnDevice(name + "-" + owners.size(), client, new Random(random.nextLong()), acknowledged));
        return owners.get(owners.size() - 1);
    }

    List<OwnerOnDevice> owners() {
        return owners;
    }
}
