package io.tidegate.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

class EventSerializerLawsTest {
  record Case(StreamDefinition[] streams, Event event) {}

  @Provide
  Arbitrary<Case> events() {
    Arbitrary<StreamDefinition> other = Streams.stream(0);
    return other.flatMap(
        first ->
            Streams.stream(1)
                .flatMap(
                    second ->
                        Arbitraries.of(first, second)
                            .flatMap(
                                stream ->
                                    Streams.event(stream, Streams.anyText())
                                        .map(
                                            e ->
                                                new Case(
                                                    new StreamDefinition[] {first, second}, e)))));
  }

  @Property(tries = 150)
  void readingGivesTheWrittenEvent(@ForAll("events") Case written) throws IOException {
    EventSerializer serializer = new EventSerializer(written.streams);

    Event read = roundTrip(serializer, written.event);

    assertThat(Streams.content(read)).isEqualTo(Streams.content(written.event));
    assertThat(read.type).isSameAs(written.streams[written.event.stream].type());
  }

  @Property(tries = 100)
  void copyingBytesKeepsThemAndLeavesTheNextRecordInPlace(@ForAll("events") Case written)
      throws IOException {
    EventSerializer serializer = new EventSerializer(written.streams);
    DataOutputSerializer twice = new DataOutputSerializer(64);
    serializer.serialize(written.event, twice);
    int length = twice.length();
    serializer.serialize(written.event, twice);
    DataInputDeserializer in = new DataInputDeserializer(twice.getCopyOfBuffer());
    DataOutputSerializer copy = new DataOutputSerializer(64);

    serializer.copy(in, copy);

    assertThat(copy.getCopyOfBuffer()).isEqualTo(Arrays.copyOf(twice.getSharedBuffer(), length));
    assertThat(Streams.content(serializer.deserialize(in)))
        .isEqualTo(Streams.content(written.event));
    assertThat(in.available()).isZero();
  }

  @Property(tries = 50)
  void decodedAndLateEventsKeepTheEvent(@ForAll("events") Case written) throws IOException {
    EventSerializer events = new EventSerializer(written.streams);

    Decoded decoded = roundTrip(new DecodedSerializer(events), written.event);
    LateEvent late =
        roundTrip(new LateEventSerializer(events), new LateEvent(written.event, -5, 17));

    assertThat(Streams.content((Event) decoded)).isEqualTo(Streams.content(written.event));
    assertThat(Streams.content(late.event())).isEqualTo(Streams.content(written.event));
    assertThat(late.partitionTime()).isEqualTo(-5);
    assertThat(late.latenessMs()).isEqualTo(17);
  }

  static <T> T roundTrip(TypeSerializer<T> serializer, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(value, out);
    DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
    T read = serializer.duplicate().deserialize(in);
    assertThat(in.available()).isZero();
    return read;
  }
}
