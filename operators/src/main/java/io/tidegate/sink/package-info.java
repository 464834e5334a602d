/** Where results go: Kafka topics with their headers, Iceberg tables with their rows. */
package io.tidegate.sink;
