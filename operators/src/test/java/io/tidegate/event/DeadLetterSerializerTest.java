package io.tidegate.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadLetterSerializerTest {
  @Test
  void keepsTheOriginalRecord() throws IOException {
    DeadLetter letter =
        new DeadLetter(
            2,
            "joints",
            DeadLetterReason.TRAILING_BYTES,
            "detail – mit Umlaut ä",
            "topic",
            3,
            99L,
            -1L,
            null,
            new byte[] {0, -1, 7},
            List.of(
                new DeadLetter.Header("trace", new byte[] {1}),
                new DeadLetter.Header("empty", new byte[0]),
                new DeadLetter.Header("none", null)));

    DeadLetter read = EventSerializerLawsTest.roundTrip(DeadLetterSerializer.INSTANCE, letter);

    assertThat(read).usingRecursiveComparison().isEqualTo(letter);
    assertThat(read.position()).isEqualTo("topic[3]@99");
  }

  @Test
  void tellsNoKeyFromAnEmptyKey() throws IOException {
    DeadLetter letter =
        new DeadLetter(
            0, "s", DeadLetterReason.NULL_VALUE, "d", "t", 0, 0, 0, new byte[0], null, List.of());

    DeadLetter read = EventSerializerLawsTest.roundTrip(DeadLetterSerializer.INSTANCE, letter);

    assertThat(read.key()).isEmpty();
    assertThat(read.value()).isNull();
  }

  @Test
  void everyReasonHasAStableCode() {
    for (DeadLetterReason reason : DeadLetterReason.values()) {
      assertThat(DeadLetterReason.of(reason.code())).isEqualTo(reason);
    }
    // Tables and dashboards hold these: a change breaks them.
    assertThat(List.of(DeadLetterReason.values()).stream().map(DeadLetterReason::code))
        .containsExactly(
            "null_value",
            "empty_value",
            "malformed",
            "trailing_bytes",
            "not_a_record",
            "bad_magic_byte",
            "unknown_schema",
            "incompatible_schema",
            "wrong_type",
            "number_out_of_range",
            "missing_field",
            "missing_key",
            "empty_key",
            "invalid_key",
            "missing_timestamp",
            "invalid_timestamp",
            "timestamp_in_future");
  }
}
