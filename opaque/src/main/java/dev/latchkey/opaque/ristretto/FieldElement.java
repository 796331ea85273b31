package dev.latchkey.opaque.ristretto;

/**
 * A register that holds an integer modulo p = 2²⁵⁵ − 19 in five limbs of 51 bits: l0 + l1·2⁵¹ + l2·2¹⁰² + l3·2¹⁵³ +
 * l4·2²⁰⁴.
 *
 * <p>A {@code set…} method overwrites its receiver with a result; the receiver may be an operand too. Limbs are never
 * negative but may exceed 51 bits, so that sums and differences need no carrying. How far, each method states in terms
 * of three bounds that every limb of an operand or of the result stays below:
 *
 * <ul>
 *   <li>{@link #TIGHT} = 2⁵¹ + 2¹⁵: what products, squares and decoding leave.
 *   <li>{@link #ADDEND} = 2⁵³ − 2⁷: operands of sums and differences; three tight numbers add up to less.
 *   <li>{@link #LOOSE} = 2⁵⁴: operands of products and squares, and of everything that is not said to want less.
 * </ul>
 */
final class FieldElement {

    static final int BYTES = 32;
    static final int LIMBS = 5;

    static final long TIGHT = (1L << 51) + (1L << 15);
    static final long ADDEND = (1L << 53) - (1L << 7);
    static final long LOOSE = 1L << 54;

    private static final long MASK = (1L << 51) - 1;
    private static final long P_LIMB_0 = MASK - 18;
    private static final long P_LIMB = MASK;

    private long l0;
    private long l1;
    private long l2;
    private long l3;
    private long l4;

    /** A register that holds zero. */
    FieldElement() {}

    /** A register with the given limbs, the least significant first. */
    FieldElement(long l0, long l1, long l2, long l3, long l4) {
        setLimbs(l0, l1, l2, l3, l4);
    }

    FieldElement(FieldElement other) {
        set(other);
    }

    void set(FieldElement a) {
        setLimbs(a.l0, a.l1, a.l2, a.l3, a.l4);
    }

    void setOne() {
        setLimbs(1, 0, 0, 0, 0);
    }

    private void setLimbs(long l0, long l1, long l2, long l3, long l4) {
        this.l0 = l0;
        this.l1 = l1;
        this.l2 = l2;
        this.l3 = l3;
        this.l4 = l4;
    }

    /** Copies five limbs as they are from {@code limbs}, starting at {@code offset}. */
    void loadLimbs(long[] limbs, int offset) {
        setLimbs(limbs[offset], limbs[offset + 1], limbs[offset + 2], limbs[offset + 3], limbs[offset + 4]);
    }

    /** Copies the five limbs as they are into {@code limbs}, starting at {@code offset}, {@code stride} apart. */
    void storeLimbs(long[] limbs, int offset, int stride) {
        limbs[offset] = l0;
        limbs[offset + stride] = l1;
        limbs[offset + 2 * stride] = l2;
        limbs[offset + 3 * stride] = l3;
        limbs[offset + 4 * stride] = l4;
    }

    /**
     * Sets this to the number in 32 bytes from {@code offset}, ignoring the top bit. Result: limbs below 2⁵¹, not
     * reduced.
     */
    void loadBytes(byte[] bytes, int offset) {
        long w0 = LittleEndian.load(bytes, offset);
        long w1 = LittleEndian.load(bytes, offset + 8);
        long w2 = LittleEndian.load(bytes, offset + 16);
        long w3 = LittleEndian.load(bytes, offset + 24);
        l0 = w0 & MASK;
        l1 = (w0 >>> 51 | w1 << 13) & MASK;
        l2 = (w1 >>> 38 | w2 << 26) & MASK;
        l3 = (w2 >>> 25 | w3 << 39) & MASK;
        l4 = w3 >>> 12 & MASK;
    }

    /** The canonical 32 bytes of this number, which the caller owns. */
    byte[] toBytes() {
        FieldElement r = reduced();
        byte[] bytes = new byte[BYTES];
        LittleEndian.store(r.l0 | r.l1 << 51, bytes, 0);
        LittleEndian.store(r.l1 >>> 13 | r.l2 << 38, bytes, 8);
        LittleEndian.store(r.l2 >>> 26 | r.l3 << 25, bytes, 16);
        LittleEndian.store(r.l3 >>> 39 | r.l4 << 12, bytes, 24);
        r.wipe();
        return bytes;
    }

    /** this = a + b. Operands: addends. Result: loose; each limb is the sum of the operands' limbs. */
    void setSum(FieldElement a, FieldElement b) {
        setLimbs(a.l0 + b.l0, a.l1 + b.l1, a.l2 + b.l2, a.l3 + b.l3, a.l4 + b.l4);
    }

    /**
     * this = a − b, as a + 4p − b. Operands: addends. Result: loose.
     *
     * <p>The limbs of 4p are 2⁵³ − 76 and 2⁵³ − 4: not less than any addend's, so that no limb becomes negative, and
     * less than 2⁵⁴ when an addend's limb is added.
     */
    void setDifference(FieldElement a, FieldElement b) {
        setLimbs(
                a.l0 + 4 * P_LIMB_0 - b.l0,
                a.l1 + 4 * P_LIMB - b.l1,
                a.l2 + 4 * P_LIMB - b.l2,
                a.l3 + 4 * P_LIMB - b.l3,
                a.l4 + 4 * P_LIMB - b.l4);
    }

    /** this = −a. Operand: tight. Result: tight. */
    void setNegative(FieldElement a) {
        set(a);
        negateIf(-1);
    }

    /**
     * this = a · b. Operands: loose. Result: tight.
     *
     * <p>A product aᵢ·bⱼ of two limbs is split at bit 51 without a 128-bit number: (aᵢ·2⁹)·(bⱼ·2⁴) = aᵢ·bⱼ·2¹³ has
     * ⌊aᵢ·bⱼ / 2⁵¹⌋ for its upper 64 bits. In column k, s is the sum of the products modulo 2⁶⁴ and h the sum of these
     * upper parts, so s − h·2⁵¹ is the sum of the lower parts, each below 2⁵¹, and h belongs to column k + 1. Columns
     * above 4 come back at the bottom 19-fold, since 2²⁵⁵ ≡ 19.
     *
     * <p>Bounds: 2⁹·2⁵⁴ and 2⁴·19·2⁵⁴ do not exceed 2⁶³, as multiplyHigh wants. Split off, a product's upper part is
     * below 2⁵⁷, 19 times that where it wraps: h0 < 77·2⁵⁷, h1 < 59·2⁵⁷, h2 < 41·2⁵⁷, h3 < 23·2⁵⁷, 19·h4 < 95·2⁵⁷, and
     * with 5·2⁵¹ of lower parts added each column still is below 2⁶⁴, taken as unsigned.
     */
    void setProduct(FieldElement a, FieldElement b) {
        long a0 = a.l0;
        long a1 = a.l1;
        long a2 = a.l2;
        long a3 = a.l3;
        long a4 = a.l4;
        long b0 = b.l0;
        long b1 = b.l1;
        long b2 = b.l2;
        long b3 = b.l3;
        long b4 = b.l4;
        long c1 = 19 * b1;
        long c2 = 19 * b2;
        long c3 = 19 * b3;
        long c4 = 19 * b4;

        long s0 = a0 * b0 + a1 * c4 + a2 * c3 + a3 * c2 + a4 * c1;
        long h0 = high(a0, b0) + high(a1, c4) + high(a2, c3) + high(a3, c2) + high(a4, c1);
        long s1 = a0 * b1 + a1 * b0 + a2 * c4 + a3 * c3 + a4 * c2;
        long h1 = high(a0, b1) + high(a1, b0) + high(a2, c4) + high(a3, c3) + high(a4, c2);
        long s2 = a0 * b2 + a1 * b1 + a2 * b0 + a3 * c4 + a4 * c3;
        long h2 = high(a0, b2) + high(a1, b1) + high(a2, b0) + high(a3, c4) + high(a4, c3);
        long s3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + a4 * c4;
        long h3 = high(a0, b3) + high(a1, b2) + high(a2, b1) + high(a3, b0) + high(a4, c4);
        long s4 = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0;
        long h4 = high(a0, b4) + high(a1, b3) + high(a2, b2) + high(a3, b1) + high(a4, b0);

        setCarried(
                s0 - (h0 << 51) + 19 * h4,
                s1 - (h1 << 51) + h0,
                s2 - (h2 << 51) + h1,
                s3 - (h3 << 51) + h2,
                s4 - (h4 << 51) + h3);
    }

    /**
     * this = a². Operand: loose. Result: tight. As {@link #setProduct}, with the products that occur twice made once.
     */
    void setSquare(FieldElement a) {
        long a0 = a.l0;
        long a1 = a.l1;
        long a2 = a.l2;
        long a3 = a.l3;
        long a4 = a.l4;
        long c3 = 19 * a3;
        long c4 = 19 * a4;

        long s0 = a0 * a0 + 2 * (a1 * c4 + a2 * c3);
        long h0 = high(a0, a0) + 2 * (high(a1, c4) + high(a2, c3));
        long s1 = a3 * c3 + 2 * (a0 * a1 + a2 * c4);
        long h1 = high(a3, c3) + 2 * (high(a0, a1) + high(a2, c4));
        long s2 = a1 * a1 + 2 * (a0 * a2 + a3 * c4);
        long h2 = high(a1, a1) + 2 * (high(a0, a2) + high(a3, c4));
        long s3 = a4 * c4 + 2 * (a0 * a3 + a1 * a2);
        long h3 = high(a4, c4) + 2 * (high(a0, a3) + high(a1, a2));
        long s4 = a2 * a2 + 2 * (a0 * a4 + a1 * a3);
        long h4 = high(a2, a2) + 2 * (high(a0, a4) + high(a1, a3));

        setCarried(
                s0 - (h0 << 51) + 19 * h4,
                s1 - (h1 << 51) + h0,
                s2 - (h2 << 51) + h1,
                s3 - (h3 << 51) + h2,
                s4 - (h4 << 51) + h3);
    }

    /** ⌊a·b / 2⁵¹⌋ for 0 ≤ a < 2⁵⁴ and 0 ≤ b < 2⁵⁹. */
    private static long high(long a, long b) {
        return Math.multiplyHigh(a << 9, b << 4);
    }

    /**
     * Sets the limbs to five columns, each with its part above 2⁵¹ moved to the next. Columns: below 2⁶⁴, unsigned, and
     * the last below 24·2⁵⁷. Result: tight, since 19·24·2⁶ < 2¹⁵ and 2¹³ < 2¹⁵.
     */
    private void setCarried(long t0, long t1, long t2, long t3, long t4) {
        l0 = (t0 & MASK) + 19 * (t4 >>> 51);
        l1 = (t1 & MASK) + (t0 >>> 51);
        l2 = (t2 & MASK) + (t1 >>> 51);
        l3 = (t3 & MASK) + (t2 >>> 51);
        l4 = (t4 & MASK) + (t3 >>> 51);
    }

    /**
     * A new register with the one form of this number in [0, p), all limbs below 2⁵¹. Operand: loose.
     *
     * <p>After one carry the number v is below 2p, so ⌊(v + 19) / 2²⁵⁵⌋ tells whether p has to be taken off, which
     * adding 19 and dropping bit 255 does.
     */
    private FieldElement reduced() {
        FieldElement r = new FieldElement();
        r.setCarried(l0, l1, l2, l3, l4);
        long q = (r.l0 + 19) >>> 51;
        q = (r.l1 + q) >>> 51;
        q = (r.l2 + q) >>> 51;
        q = (r.l3 + q) >>> 51;
        q = (r.l4 + q) >>> 51;
        r.l0 += 19 * q;
        r.l1 += r.l0 >>> 51;
        r.l2 += r.l1 >>> 51;
        r.l3 += r.l2 >>> 51;
        r.l4 += r.l3 >>> 51;
        r.setLimbs(r.l0 & MASK, r.l1 & MASK, r.l2 & MASK, r.l3 & MASK, r.l4 & MASK);
        return r;
    }

    /** The mask of "is zero". */
    long zeroMask() {
        FieldElement r = reduced();
        long bits = r.l0 | r.l1 | r.l2 | r.l3 | r.l4;
        r.wipe();
        return ~((bits | -bits) >> 63);
    }

    /** The mask of "is negative", which in RFC 9496 means odd. */
    long negativeMask() {
        FieldElement r = reduced();
        long odd = r.l0 & 1;
        r.wipe();
        return -odd;
    }

    /** The mask of "equals b". Operands: addends. */
    long equalMask(FieldElement b) {
        FieldElement difference = new FieldElement();
        difference.setDifference(this, b);
        long mask = difference.zeroMask();
        difference.wipe();
        return mask;
    }

    /** this = a where {@code mask} is −1; unchanged where it is 0. Result: the looser of the two. */
    void assignIf(long mask, FieldElement a) {
        l0 ^= mask & (l0 ^ a.l0);
        l1 ^= mask & (l1 ^ a.l1);
        l2 ^= mask & (l2 ^ a.l2);
        l3 ^= mask & (l3 ^ a.l3);
        l4 ^= mask & (l4 ^ a.l4);
    }

    /** Exchanges this and {@code a} where {@code mask} is −1. */
    void exchangeIf(long mask, FieldElement a) {
        long d0 = mask & (l0 ^ a.l0);
        long d1 = mask & (l1 ^ a.l1);
        long d2 = mask & (l2 ^ a.l2);
        long d3 = mask & (l3 ^ a.l3);
        long d4 = mask & (l4 ^ a.l4);
        setLimbs(l0 ^ d0, l1 ^ d1, l2 ^ d2, l3 ^ d3, l4 ^ d4);
        a.setLimbs(a.l0 ^ d0, a.l1 ^ d1, a.l2 ^ d2, a.l3 ^ d3, a.l4 ^ d4);
    }

    /**
     * this = −this where {@code mask} is −1, as 2p − this, whose limbs are below 2⁵². Operand: tight. Result: tight.
     */
    void negateIf(long mask) {
        setCarried(
                l0 + (mask & 2 * (P_LIMB_0 - l0)),
                l1 + (mask & 2 * (P_LIMB - l1)),
                l2 + (mask & 2 * (P_LIMB - l2)),
                l3 + (mask & 2 * (P_LIMB - l3)),
                l4 + (mask & 2 * (P_LIMB - l4)));
    }

    /** this = |this|, the one of ±this that is not negative. Operand: tight. Result: tight. */
    void setAbsolute() {
        negateIf(negativeMask());
    }

    void wipe() {
        setLimbs(0, 0, 0, 0, 0);
    }

    static void wipe(FieldElement... registers) {
        for (FieldElement register : registers) {
            register.wipe();
        }
    }
}
