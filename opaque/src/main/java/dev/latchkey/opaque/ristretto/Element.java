package dev.latchkey.opaque.ristretto;

/**
 * An element of the group ristretto255 (RFC 9496), immutable until it is closed.
 *
 * <p>Most elements are public, and nobody need close them. But some are secrets, such as a hashed password or a shared
 * key: whoever makes one of those closes it, which wipes it. No operation takes a time that depends on the element or
 * on a scalar. {@code equals} and {@code hashCode} are those of the object, not of its value; compare with {@link
 * #constantTimeEquals}. Every method but {@link #close()} and {@link #toString()} throws {@link IllegalStateException}
 * once it is closed. Safe for use by several threads as long as none closes it.
 */
public final class Element implements AutoCloseable {

    /** The length of an encoding. */
    public static final int BYTES = FieldElement.BYTES;

    /** The length of what {@link #fromUniformBytes} maps. */
    public static final int UNIFORM_BYTES = RistrettoMap.BYTES;

    /** The element that changes nothing when it is added. */
    public static final Element IDENTITY = new Element(EdwardsPoint.ofAffine(FieldConstants.ZERO, FieldConstants.ONE));

    /** The generator of RFC 9496 §4. */
    public static final Element GENERATOR =
            new Element(EdwardsPoint.ofAffine(FieldConstants.GENERATOR_X, FieldConstants.GENERATOR_Y));

    private final EdwardsPoint point;
    private boolean closed;

    Element(EdwardsPoint point) {
        this.point = point;
    }

    /**
     * Decodes 32 bytes (RFC 9496 §4.3.1); only the one canonical encoding of an element is accepted.
     *
     * <p>The identity has an encoding too, all zeros: callers that must not meet it ask {@link #isIdentity()}.
     *
     * @throws InvalidEncodingException if they are not the encoding of an element
     */
    public static Element decode(byte[] bytes) throws InvalidEncodingException {
        return new Element(RistrettoEncoding.decode(bytes));
    }

    /** The canonical 32 bytes (RFC 9496 §4.3.2), which the caller owns. */
    public byte[] encode() {
        return RistrettoEncoding.encode(openPoint());
    }

    /**
     * Maps 64 uniform bytes to an element whose discrete logarithm nobody knows (RFC 9496 §4.3.4).
     *
     * @throws IllegalArgumentException if there are not 64 bytes
     */
    public static Element fromUniformBytes(byte[] bytes) {
        if (bytes.length != UNIFORM_BYTES) {
            throw new IllegalArgumentException("an element is mapped from 64 bytes");
        }
        return new Element(RistrettoMap.fromUniformBytes(bytes));
    }

    /** The generator times {@code scalar}; quicker than multiplying {@link #GENERATOR}. */
    public static Element multiplyGenerator(Scalar scalar) {
        return new Element(GeneratorTable.multiply(scalar));
    }

    /** This times {@code scalar}. */
    public Element multiply(Scalar scalar) {
        try (MultiplicationTable table = MultiplicationTable.forOne(openPoint())) {
            return table.multiply(scalar);
        }
    }

    /** A table that makes two and more multiplications of this element cheaper, which the caller closes. */
    public MultiplicationTable multiplicationTable() {
        return MultiplicationTable.forSeveral(openPoint());
    }

    /** This plus {@code other}. */
    public Element add(Element other) {
        EdwardsPoint left = openPoint();
        EdwardsPoint right = other.openPoint();
        CachedPoint addend = new CachedPoint();
        try (PointAccumulator sum = new PointAccumulator()) {
            addend.set(left);
            sum.add(addend);
            addend.set(right);
            sum.add(addend);
            return new Element(sum.toPoint());
        } finally {
            addend.wipe();
        }
    }

    /** Whether this is the identity, in a time that does not depend on the element. */
    public boolean isIdentity() {
        EdwardsPoint p = openPoint();
        return (p.x.zeroMask() | p.y.zeroMask()) != 0;
    }

    /** Whether both are the same element (RFC 9496 §4.3.3), in a time that does not depend on either. */
    public boolean constantTimeEquals(Element other) {
        EdwardsPoint p = openPoint();
        EdwardsPoint q = other.openPoint();
        FieldElement left = new FieldElement();
        FieldElement right = new FieldElement();
        // x1 * y2 == y1 * x2 | y1 * y2 == x1 * x2
        left.setProduct(p.x, q.y);
        right.setProduct(p.y, q.x);
        long equal = left.equalMask(right);
        left.setProduct(p.y, q.y);
        right.setProduct(p.x, q.x);
        equal |= left.equalMask(right);
        FieldElement.wipe(left, right);
        return equal != 0;
    }

    /**
     * Zeroes the coordinates of an element that was a secret; closing again does nothing.
     *
     * @throws UnsupportedOperationException if this is {@link #IDENTITY} or {@link #GENERATOR}
     */
    @Override
    public void close() {
        if (this == IDENTITY || this == GENERATOR) {
            throw new UnsupportedOperationException("a constant of the group is never wiped");
        }
        closed = true;
        point.wipe();
    }

    /** Tells nothing of the value, which may be a secret. */
    @Override
    public String toString() {
        return "Element[REDACTED]";
    }

    private EdwardsPoint openPoint() {
        if (closed) {
            throw new IllegalStateException("the element is closed and wiped");
        }
        return point;
    }
}
