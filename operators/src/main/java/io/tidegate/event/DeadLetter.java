package io.tidegate.event;

import java.util.List;

/**
 * A record that did not become an event, as it was, with the reason and the position.
 *
 * @param stream index into the plan's streams
 * @param streamName the stream's name
 * @param reason why
 * @param detail one line: what was found, what was expected
 * @param topic topic name
 * @param partition Kafka partition
 * @param offset Kafka offset
 * @param recordTimestamp the Kafka record's own timestamp, epoch milliseconds; -1 for none
 * @param key the record's key as it was; null for none
 * @param value the record's value as it was; null for none
 * @param headers the record's headers, in order
 */
public record DeadLetter(
    int stream,
    String streamName,
    DeadLetterReason reason,
    String detail,
    String topic,
    int partition,
    long offset,
    long recordTimestamp,
    byte[] key,
    byte[] value,
    List<Header> headers)
    implements Decoded {
  /**
   * A header of a record.
   *
   * @param name its name
   * @param value its bytes; may be null
   */
  public record Header(String name, byte[] value) {}

  /** Where the record is: {@code topic[partition]@offset}. */
  public String position() {
    return topic + "[" + partition + "]@" + offset;
  }

  @Override
  public String toString() {
    return position() + " " + reason.code() + ": " + detail;
  }
}
