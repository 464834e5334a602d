/** The main job's graph and the probes that look at a cluster before it runs. */
package io.tidegate.job;
