package dev.latchkey.opaque.ristretto;

/**
 * A point that is doubled and added to in place, wiped when closed.
 *
 * <p>Coordinates are X, Y, Z as in {@link EdwardsPoint} and T as a product E·H that is worked out only when an addition
 * or the result needs it: most doublings are followed by another doubling, which does not. Formulas: Hisil, Wong,
 * Carter and Dawson, "Twisted Edwards Curves Revisited", §3.1 and §3.3, for a = −1; they hold for all pairs of points
 * of this curve, so there are no special cases. X, Y and Z are tight between operations, E and H loose.
 */
final class PointAccumulator implements AutoCloseable {

    private final FieldElement x = new FieldElement();
    private final FieldElement y = new FieldElement();
    private final FieldElement z = new FieldElement();
    private final FieldElement e = new FieldElement();
    private final FieldElement h = new FieldElement();
    private final FieldElement f = new FieldElement();
    private final FieldElement g = new FieldElement();
    private final FieldElement s = new FieldElement();

    /** An accumulator that holds the identity. */
    PointAccumulator() {
        y.setOne();
        z.setOne();
        h.setOne();
    }

    /** Takes the value of {@code other}. */
    void set(PointAccumulator other) {
        x.set(other.x);
        y.set(other.y);
        z.set(other.z);
        e.set(other.e);
        h.set(other.h);
    }

    /** Doubles the point {@code times} times. */
    void doubleTimes(int times) {
        for (int i = 0; i < times; i++) {
            doubleOnce();
        }
    }

    /** F and H are the negatives of those in the paper, which turns the sign of X, Y, Z and T alike: the same point. */
    private void doubleOnce() {
        s.setSum(x, y);
        s.setSquare(s);
        x.setSquare(x); // A
        y.setSquare(y); // B
        z.setSquare(z); // C / 2
        h.setSum(x, y);
        g.setDifference(y, x);
        e.setDifference(s, h);
        f.setSum(z, z);
        f.setSum(f, x);
        f.setDifference(f, y);
        complete();
    }

    /** Adds {@code q}. */
    void add(CachedPoint q) {
        s.setProduct(z, q.twoZ); // D
        addWithD(q.yPlusX, q.yMinusX, q.t2d);
    }

    /** Adds {@code q}, whose Z is 1. */
    void add(AffineCachedPoint q) {
        s.setSum(z, z); // D
        addWithD(q.yPlusX, q.yMinusX, q.xy2d);
    }

    private void addWithD(FieldElement yPlusX, FieldElement yMinusX, FieldElement t2d) {
        f.setProduct(e, h); // T
        f.setProduct(f, t2d); // C
        h.setSum(y, x);
        h.setProduct(h, yPlusX); // B
        g.setDifference(y, x);
        g.setProduct(g, yMinusX); // A
        e.setDifference(h, g);
        h.setSum(h, g);
        g.setSum(s, f);
        f.setDifference(s, f);
        complete();
    }

    private void complete() {
        x.setProduct(e, f);
        y.setProduct(g, h);
        z.setProduct(f, g);
    }

    /** A new point with the present value, which belongs to the caller. Coordinates: tight. */
    EdwardsPoint toPoint() {
        FieldElement t = new FieldElement();
        t.setProduct(e, h);
        return new EdwardsPoint(new FieldElement(x), new FieldElement(y), new FieldElement(z), t);
    }

    /** Sets {@code q} to the present value. */
    void toCached(CachedPoint q) {
        s.setProduct(e, h);
        q.set(x, y, z, s);
    }

    @Override
    public void close() {
        FieldElement.wipe(x, y, z, e, f, g, h, s);
    }
}
