package io.tidegate.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidegate.event.DeadLetterReason;
import io.tidegate.event.Event;
import io.tidegate.event.EventTimeUnit;
import io.tidegate.event.EventType;
import io.tidegate.event.Field;
import io.tidegate.event.StreamDefinition;
import java.io.IOException;
import java.util.List;

/** One decoder with its assembler, and what tests ask of it. */
final class Decoding {
  static final long NOW = 1_700_000_000_000L;

  private final ValueDecoder decoder;
  private final EventAssembler assembler;

  Decoding(StreamDefinition stream) {
    this(stream, Decoders.of(stream));
  }

  Decoding(StreamDefinition stream, ValueDecoder decoder) {
    this.decoder = decoder;
    this.assembler = new EventAssembler(stream);
  }

  /** A stream with event time {@code ts} in milliseconds, allowed 1 s ahead. */
  static StreamDefinition.Builder stream(List<String> key, Field... fields) {
    return StreamDefinition.builder(0, EventType.of("s", fields))
        .eventTime("ts", EventTimeUnit.MILLISECONDS)
        .key(key)
        .maxFutureMs(1_000);
  }

  Event decode(byte[] value) throws DecodeException, IOException {
    decoder.decode(value, assembler);
    return assembler.event(0, 2, 7, NOW);
  }

  Event event(byte[] value) {
    try {
      return decode(value);
    } catch (DecodeException | IOException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  void assertRefused(byte[] value, DeadLetterReason reason, String detail) {
    DecodeException refusal = catchThrowableOfType(DecodeException.class, () -> decode(value));
    assertThat(refusal).as("a refusal with %s", reason).isNotNull();
    assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(reason);
    assertThat(refusal.getMessage()).contains(detail).doesNotContain("\n");
  }
}
