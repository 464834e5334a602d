/**
 * Windows of a key's last samples, and how one is cut for a match. Pure: no Flink here.
 *
 * <p>A {@link io.tidegate.window.WindowDefinition} says what a window is, a {@link
 * io.tidegate.window.WindowBuffer} holds what a key needs for the next cut.
 */
package io.tidegate.window;
