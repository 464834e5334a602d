/** Binary forms that states of several kinds share. */
package io.tidegate.bytes;
