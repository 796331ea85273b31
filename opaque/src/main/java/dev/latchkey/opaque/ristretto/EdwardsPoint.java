package dev.latchkey.opaque.ristretto;

/**
 * A point of the Edwards curve behind ristretto255 in extended coordinates: x = X/Z, y = Y/Z, x·y = T/Z.
 *
 * <p>Eight of these points stand for one group element. Coordinates are tight and change no more once the point is
 * built.
 */
final class EdwardsPoint {

    final FieldElement x;
    final FieldElement y;
    final FieldElement z;
    final FieldElement t;

    /** The point with these coordinates, all tight; the registers belong to it from now on. */
    EdwardsPoint(FieldElement x, FieldElement y, FieldElement z, FieldElement t) {
        this.x = x;
        this.y = y;
        this.z = z;
        this.t = t;
    }

    /** The point with Z = 1 and these coordinates, both tight; the registers belong to it from now on. */
    static EdwardsPoint ofAffine(FieldElement x, FieldElement y) {
        FieldElement t = new FieldElement();
        t.setProduct(x, y);
        return new EdwardsPoint(x, y, new FieldElement(FieldConstants.ONE), t);
    }

    /** Zeroes the coordinates of a point that nobody uses any more. */
    void wipe() {
        FieldElement.wipe(x, y, z, t);
    }
}
