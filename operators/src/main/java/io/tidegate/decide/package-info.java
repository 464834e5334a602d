/** From scores and matches to alerts. */
package io.tidegate.decide;
