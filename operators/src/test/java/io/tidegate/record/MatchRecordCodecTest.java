package io.tidegate.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class MatchRecordCodecTest {
  @Property(tries = 300)
  void whatIsWrittenIsReadBack(@ForAll("records") MatchRecord record) throws IOException {
    byte[] bytes = bytes(record);

    MatchRecord read = MatchRecordCodec.read(new DataInputStream(new ByteArrayInputStream(bytes)));

    assertThat(read).isEqualTo(record);
    assertThat(new ArrayList<>(read.measures().keySet()))
        .isEqualTo(new ArrayList<>(record.measures().keySet()));
  }

  @Property(tries = 50)
  void theFlinkSerializerCopiesExactlyOneRecord(
      @ForAll("records") MatchRecord record, @ForAll("records") MatchRecord next)
      throws IOException {
    MatchRecordSerializer serializer = MatchRecordSerializer.INSTANCE;
    DataOutputSerializer two = new DataOutputSerializer(64);
    serializer.serialize(record, two);
    serializer.serialize(next, two);
    DataInputDeserializer in = new DataInputDeserializer(two.getCopyOfBuffer());
    DataOutputSerializer copied = new DataOutputSerializer(64);

    serializer.copy(in, copied);

    assertThat(serializer.deserialize(new DataInputDeserializer(copied.getCopyOfBuffer())))
        .isEqualTo(record);
    assertThat(serializer.deserialize(in)).isEqualTo(next);
    assertThat(in.available()).isZero();
  }

  @Test
  void anotherFormatIsRefusedByNumber() throws IOException {
    byte[] bytes = bytes(MatchRecords.match("m", WindowCut.NONE));
    bytes[0] = 9;

    assertThatThrownBy(
            () -> MatchRecordCodec.read(new DataInputStream(new ByteArrayInputStream(bytes))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("format 9")
        .hasMessageContaining("format 1");
  }

  @Test
  void aMeasureOfAnotherTypeIsRefusedByName() {
    MatchRecord match = MatchRecords.match("m", WindowCut.NONE);
    MatchRecord bad =
        new MatchRecord(
            match.rule(),
            match.key(),
            match.matchId(),
            match.startTimestamp(),
            match.endTimestamp(),
            match.timedOutAt(),
            match.detectedAt(),
            java.util.Map.of("when", new java.util.Date(0)),
            match.summary(),
            match.events(),
            match.window());

    assertThatThrownBy(() -> bytes(bad)).hasMessageContaining("measure when is a java.util.Date");
  }

  @Provide
  Arbitrary<MatchRecord> records() {
    return MatchRecords.any();
  }

  private static byte[] bytes(MatchRecord record) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    MatchRecordCodec.write(record, new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
