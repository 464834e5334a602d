/**
 * Typed expressions over the current event and the events a partial match has taken.
 *
 * <p>An expression arrives as a typed syntax tree in JSON and is compiled once per operator
 * instance into a tree of nodes that neither box nor allocate while they are evaluated. Nulls
 * follow SQL's three-valued logic. Compiled expressions keep scratch state and belong to one
 * thread.
 */
package io.tidegate.expression;
