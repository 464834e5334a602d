/** Programs that people run on their own machine: rules over events, without a cluster. */
package io.tidegate.tool;
