/**
 * The group ristretto255 (RFC 9496) in pure Java: {@link dev.latchkey.opaque.ristretto.Element} and {@link
 * dev.latchkey.opaque.ristretto.Scalar}.
 *
 * <p>Everything below these two types is package-private and branch-free: no branch, array index or loop bound depends
 * on the value of a scalar, a coordinate or a limb. Choices are made with masks, {@code -1} for yes and {@code 0} for
 * no. The few places that do branch on a value say so and branch on what their caller learns anyway, such as whether
 * bytes decode. The rules of Java guarantee none of this; {@code ScalarTimingExperiment} in the benchmarks measures it.
 */
package dev.latchkey.opaque.ristretto;
