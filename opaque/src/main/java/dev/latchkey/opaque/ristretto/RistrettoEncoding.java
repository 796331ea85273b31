package dev.latchkey.opaque.ristretto;

import dev.latchkey.opaque.ristretto.InvalidEncodingException.Reason;
import java.security.MessageDigest;

/** The 32 bytes of a group element: RFC 9496 §4.3.1 and §4.3.2. */
final class RistrettoEncoding {

    private RistrettoEncoding() {}

    /** Decodes by RFC 9496 §4.3.1. It branches only on whether the bytes are valid. */
    static EdwardsPoint decode(byte[] bytes) throws InvalidEncodingException {
        if (bytes.length != FieldElement.BYTES) {
            throw new InvalidEncodingException(Reason.WRONG_LENGTH);
        }

        // 1. and 2. Interpret as s, which must be less than p and not negative.
        FieldElement s = new FieldElement();
        s.loadBytes(bytes, 0);
        boolean canonical = MessageDigest.isEqual(bytes, s.toBytes());
        if (!canonical || s.negativeMask() != 0) {
            throw new InvalidEncodingException(Reason.NOT_CANONICAL);
        }

        // 3. ss = s^2
        FieldElement ss = new FieldElement();
        ss.setSquare(s);
        // u1 = 1 - ss
        FieldElement u1 = new FieldElement();
        u1.setDifference(FieldConstants.ONE, ss);
        // u2 = 1 + ss
        FieldElement u2 = new FieldElement();
        u2.setSum(FieldConstants.ONE, ss);
        // u2_sqr = u2^2
        FieldElement u2Square = new FieldElement();
        u2Square.setSquare(u2);

        // v = -(D * u1^2) - u2_sqr
        FieldElement v = new FieldElement();
        v.setSquare(u1);
        v.setProduct(v, FieldConstants.D);
        v.setNegative(v);
        v.setDifference(v, u2Square);

        // (was_square, invsqrt) = SQRT_RATIO_M1(1, v * u2_sqr)
        u2Square.setProduct(u2Square, v);
        FieldElement inverseRoot = new FieldElement();
        long wasSquare = FieldPowers.squareRootOfRatio(inverseRoot, FieldConstants.ONE, u2Square);

        // den_x = invsqrt * u2
        FieldElement denX = new FieldElement();
        denX.setProduct(inverseRoot, u2);
        // den_y = invsqrt * den_x * v
        FieldElement denY = new FieldElement();
        denY.setProduct(inverseRoot, denX);
        denY.setProduct(denY, v);

        // x = CT_ABS(2 * s * den_x)
        FieldElement x = new FieldElement();
        x.setSum(s, s);
        x.setProduct(x, denX);
        x.setAbsolute();
        // y = u1 * den_y
        FieldElement y = new FieldElement();
        y.setProduct(u1, denY);
        // t = x * y
        EdwardsPoint point = EdwardsPoint.ofAffine(x, y);

        // 4. No square root, a negative t or y = 0 is a failure; else the point is (x, y, 1, t).
        long invalid = ~wasSquare | point.t.negativeMask() | y.zeroMask();
        if (invalid != 0) {
            throw new InvalidEncodingException(Reason.NOT_ON_GROUP);
        }
        return point;
    }

    /** Encodes by RFC 9496 §4.3.2 into a new array that the caller owns. */
    static byte[] encode(EdwardsPoint p) {
        // 1. u1 = (z0 + y0) * (z0 - y0)
        FieldElement u1 = new FieldElement();
        FieldElement temporary = new FieldElement();
        u1.setSum(p.z, p.y);
        temporary.setDifference(p.z, p.y);
        u1.setProduct(u1, temporary);
        // u2 = x0 * y0
        FieldElement u2 = new FieldElement();
        u2.setProduct(p.x, p.y);

        // (_, invsqrt) = SQRT_RATIO_M1(1, u1 * u2^2), where the ratio is a square for every point of the group
        FieldElement inverseRoot = new FieldElement();
        temporary.setSquare(u2);
        temporary.setProduct(temporary, u1);
        FieldPowers.squareRootOfRatio(inverseRoot, FieldConstants.ONE, temporary);

        // den1 = invsqrt * u1, den2 = invsqrt * u2
        FieldElement den1 = u1;
        FieldElement den2 = u2;
        den1.setProduct(inverseRoot, u1);
        den2.setProduct(inverseRoot, u2);
        // z_inv = den1 * den2 * t0
        FieldElement zInverse = new FieldElement();
        zInverse.setProduct(den1, den2);
        zInverse.setProduct(zInverse, p.t);

        // ix0 = x0 * SQRT_M1, iy0 = y0 * SQRT_M1
        FieldElement ix = new FieldElement();
        FieldElement iy = new FieldElement();
        ix.setProduct(p.x, FieldConstants.SQRT_M1);
        iy.setProduct(p.y, FieldConstants.SQRT_M1);
        // enchanted_denominator = den1 * INVSQRT_A_MINUS_D
        FieldElement enchanted = den1;
        enchanted.setProduct(den1, FieldConstants.INVSQRT_A_MINUS_D);

        // rotate = IS_NEGATIVE(t0 * z_inv)
        temporary.setProduct(p.t, zInverse);
        long rotate = temporary.negativeMask();

        // x = CT_SELECT(iy0 IF rotate ELSE x0), y = CT_SELECT(ix0 IF rotate ELSE y0), z = z0
        FieldElement x = new FieldElement(p.x);
        FieldElement y = new FieldElement(p.y);
        x.assignIf(rotate, iy);
        y.assignIf(rotate, ix);
        // den_inv = CT_SELECT(enchanted_denominator IF rotate ELSE den2)
        FieldElement denInverse = den2;
        denInverse.assignIf(rotate, enchanted);

        // y = CT_SELECT(-y IF IS_NEGATIVE(x * z_inv) ELSE y)
        temporary.setProduct(x, zInverse);
        y.negateIf(temporary.negativeMask());

        // s = CT_ABS(den_inv * (z - y))
        FieldElement s = temporary;
        s.setDifference(p.z, y);
        s.setProduct(s, denInverse);
        s.setAbsolute();
        // 2. The canonical bytes of s.
        byte[] bytes = s.toBytes();

        FieldElement.wipe(u1, u2, temporary, inverseRoot, zInverse, ix, iy, x, y);
        return bytes;
    }
}
