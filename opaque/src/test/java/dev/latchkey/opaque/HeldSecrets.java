package dev.latchkey.opaque;

import dev.latchkey.opaque.ristretto.Scalar;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * The arrays inside every {@link SecretBytes} and {@link Scalar} that an object of this library holds, to see whether they
 * are wiped. What a secret shows of itself ends with its closing, so this looks underneath.
 */
public final class HeldSecrets {

    private final List<Object> arrays = new ArrayList<>();
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private HeldSecrets() {}

    public static HeldSecrets of(Object... holders) {
        HeldSecrets held = new HeldSecrets();
        for (Object holder : holders) {
            held.walk(holder, false);
        }
        return held;
    }

    public int count() {
        return arrays.size();
    }

    public long countNotWiped() {
        return arrays.stream().filter(array -> !isZero(array)).count();
    }

    private void walk(Object holder, boolean insideSecret) {
        if (holder == null || !seen.add(holder)) {
            return;
        }
        if (insideSecret && holder.getClass().isArray()) {
            arrays.add(holder);
        }
        if (!holder.getClass().getName().startsWith("dev.latchkey.opaque")) {
            return;
        }
        boolean secret = holder instanceof SecretBytes || holder instanceof Scalar;
        for (Field field : holder.getClass().getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                field.setAccessible(true);
                try {
                    walk(field.get(holder), secret);
                } catch (IllegalAccessException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private static boolean isZero(Object array) {
        Object zero = Array.newInstance(array.getClass().getComponentType(), Array.getLength(array));
        return Arrays.deepEquals(new Object[] {array}, new Object[] {zero});
    }
}
