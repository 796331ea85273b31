package dev.latchkey.opaque.ristretto;

/** Uniform bytes to group elements, by the one-way map of RFC 9496 §4.3.4. */
final class RistrettoMap {

    static final int BYTES = 2 * FieldElement.BYTES;

    private RistrettoMap() {}

    /** The sum of what both halves of 64 bytes map to. */
    static EdwardsPoint fromUniformBytes(byte[] bytes) {
        FieldElement t = new FieldElement();
        CachedPoint addend = new CachedPoint();
        try (PointAccumulator sum = new PointAccumulator()) {
            for (int half = 0; half < BYTES; half += FieldElement.BYTES) {
                // 1. to 4. Interpret as r0 with the top bit masked, and map.
                t.loadBytes(bytes, half);
                EdwardsPoint point = map(t);
                addend.set(point);
                sum.add(addend);
                point.wipe();
            }
            // 5. Return the sum.
            return sum.toPoint();
        } finally {
            t.wipe();
            addend.wipe();
        }
    }

    /** MAP of RFC 9496 §4.3.4. Operand: tight. */
    private static EdwardsPoint map(FieldElement t) {
        FieldElement temporary = new FieldElement();

        // 1. r = SQRT_M1 * t^2
        FieldElement r = new FieldElement();
        r.setSquare(t);
        r.setProduct(r, FieldConstants.SQRT_M1);
        // 2. u = (r + 1) * ONE_MINUS_D_SQ
        FieldElement u = new FieldElement();
        u.setSum(r, FieldConstants.ONE);
        u.setProduct(u, FieldConstants.ONE_MINUS_D_SQ);
        // 3. v = (-1 - r*D) * (r + D)
        FieldElement v = new FieldElement();
        v.setProduct(r, FieldConstants.D);
        v.setSum(v, FieldConstants.ONE);
        v.setDifference(FieldConstants.ZERO, v);
        temporary.setSum(r, FieldConstants.D);
        v.setProduct(v, temporary);

        // 4. (was_square, s) = SQRT_RATIO_M1(u, v)
        FieldElement s = new FieldElement();
        long wasSquare = FieldPowers.squareRootOfRatio(s, u, v);
        // 5. s_prime = -CT_ABS(s*t)
        temporary.setProduct(s, t);
        temporary.negateIf(~temporary.negativeMask());
        // 6. s = CT_SELECT(s IF was_square ELSE s_prime)
        s.assignIf(~wasSquare, temporary);
        // 7. c = CT_SELECT(-1 IF was_square ELSE r)
        FieldElement c = new FieldElement();
        c.setNegative(FieldConstants.ONE);
        c.assignIf(~wasSquare, r);

        // 8. N = c * (r-1) * D_MINUS_ONE_SQ - v
        FieldElement n = c;
        temporary.setDifference(r, FieldConstants.ONE);
        n.setProduct(c, temporary);
        n.setProduct(n, FieldConstants.D_MINUS_ONE_SQ);
        n.setDifference(n, v);

        // 9. w0 = 2 * s * v
        FieldElement w0 = v;
        temporary.setSum(s, s);
        w0.setProduct(temporary, v);
        // 10. w1 = N * SQRT_AD_MINUS_ONE
        FieldElement w1 = n;
        w1.setProduct(n, FieldConstants.SQRT_AD_MINUS_ONE);
        // 11. w2 = 1 - s^2, w3 = 1 + s^2
        FieldElement w2 = r;
        FieldElement w3 = u;
        s.setSquare(s);
        w2.setDifference(FieldConstants.ONE, s);
        w3.setSum(FieldConstants.ONE, s);

        // 12. Return (w0*w3, w2*w1, w1*w3, w0*w2).
        EdwardsPoint point =
                new EdwardsPoint(new FieldElement(), new FieldElement(), new FieldElement(), new FieldElement());
        point.x.setProduct(w0, w3);
        point.y.setProduct(w2, w1);
        point.z.setProduct(w1, w3);
        point.t.setProduct(w0, w2);
        FieldElement.wipe(temporary, r, u, v, s, c);
        return point;
    }
}
