/**
 * Batches of windows on their way to the scorer and back.
 *
 * <p>A frame is a byte array in little endian; the matches travel in it as bytes that the scorer
 * does not look into.
 */
package io.tidegate.batch;
