/**
 * The plan that a pipeline and its rules compile to, read into immutable definitions.
 *
 * <p>Operators carry the plan's text and read it when they open: what it becomes holds scratch
 * state for one thread.
 */
package io.tidegate.plan;
