package io.tidegate.expression;

/**
 * Where the events of a stream keep a field.
 *
 * @param field index of the field, under which it is marked as null
 * @param slot where its value is, among the numbers or the strings
 * @param isDouble whether the number there is a double
 */
public record FieldPlace(int field, int slot, boolean isDouble) {}
