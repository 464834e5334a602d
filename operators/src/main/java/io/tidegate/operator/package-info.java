/**
 * The operators that host rules: a router that copies an event to each of its keys, and the keyed
 * pattern operator.
 *
 * <p>Order, time, state and side outputs are decided here; what a pattern means is decided in
 * {@link io.tidegate.match}.
 */
package io.tidegate.operator;
