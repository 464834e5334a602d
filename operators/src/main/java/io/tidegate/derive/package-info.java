/**
 * Derived fields: values that an event has from the events of its key before it. Pure: no Flink
 * here.
 *
 * <p>A {@link io.tidegate.derive.DerivedField} says what a field is, a {@link
 * io.tidegate.derive.Derivation} computes the fields of one key expression, a {@link
 * io.tidegate.derive.DerivedState} holds what one key needs for that.
 */
package io.tidegate.derive;
