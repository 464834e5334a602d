package io.tidegate.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.event.Event;
import io.tidegate.event.EventBuilder;
import io.tidegate.event.EventTimeUnit;
import io.tidegate.event.EventType;
import io.tidegate.event.Field;
import io.tidegate.event.FieldType;
import io.tidegate.event.StreamDefinition;
import io.tidegate.record.WindowCut;
import io.tidegate.record.WindowStatus;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class WindowBufferTest {
  private static final StreamDefinition[] STREAMS = {
    stream(0, "samples", 1), stream(1, "before", 0), stream(2, "after", 2)
  };

  @Property(tries = 500)
  void aCutIsTheSliceOfTheInputThatEndsWithTheEvent(
      @ForAll @IntRange(min = 1, max = 60) int count,
      @ForAll @IntRange(min = 1, max = 12) int length,
      @ForAll @IntRange(min = 0, max = 12) int history,
      @ForAll @IntRange(min = 0, max = 59) int back,
      @ForAll boolean stored)
      throws IOException {
    WindowDefinition definition = definition(length, history, "x", "n", "b");
    WindowBuffer buffer = new WindowBuffer(definition);
    List<Event> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      samples.add(sample(i, i / 3));
      buffer.append(definition, samples.get(i));
      if (stored && i == count / 2) {
        buffer = written(buffer);
      }
    }
    int end = count - Math.min(back, count - 1);

    WindowCut cut = buffer.cut(definition, samples.get(end - 1));

    int oldest = Math.max(0, count - length - history);
    if (end > oldest && end - length >= oldest) {
      assertThat(cut.status()).isEqualTo(WindowStatus.OK);
      assertThat(cut.values()).isEqualTo(slice(samples.subList(end - length, end)));
      assertThat(cut.first().offset()).isEqualTo(end - length);
      assertThat(cut.last().offset()).isEqualTo(end - 1);
      assertThat(cut.startTimestamp()).isEqualTo(samples.get(end - length).timestamp);
      assertThat(cut.endTimestamp()).isEqualTo(samples.get(end - 1).timestamp);
    } else if (end <= oldest || end >= length) {
      assertThat(cut.status()).isEqualTo(WindowStatus.EVICTED);
    } else {
      assertThat(cut.status()).isEqualTo(WindowStatus.SHORT_HISTORY);
      assertThat(cut.last().offset()).isEqualTo(end - 1);
    }
  }

  private static float[] slice(List<Event> samples) {
    float[] values = new float[3 * samples.size()];
    for (int i = 0; i < samples.size(); i++) {
      int number = (int) samples.get(i).offset;
      values[i] = number / 2f;
      values[samples.size() + i] = number;
      values[2 * samples.size() + i] = number % 2;
    }
    return values;
  }

  @Property(tries = 300)
  void anotherCapacityKeepsTheLastSamples(
      @ForAll @IntRange(min = 0, max = 30) int before,
      @ForAll @IntRange(min = 0, max = 30) int after,
      @ForAll @IntRange(min = 0, max = 10) int oldHistory,
      @ForAll @IntRange(min = 0, max = 10) int newHistory)
      throws IOException {
    WindowDefinition old = definition(4, oldHistory, "x");
    WindowDefinition present = definition(4, newHistory, "x");
    WindowBuffer buffer = new WindowBuffer(old);
    for (int i = 0; i < before; i++) {
      buffer.append(old, sample(i, i));
    }
    buffer = buffer.fitted(present);
    for (int i = before; i < before + after; i++) {
      buffer.append(present, sample(i, i));
      buffer = written(buffer).copy();
    }
    int count = before + after;
    if (count >= 4) {
      assertThat(buffer.cut(present, sample(count - 1, count - 1)).values())
          .containsExactly((count - 4) / 2f, (count - 3) / 2f, (count - 2) / 2f, (count - 1) / 2f);
    }
    assertThat(buffer.size()).isLessThanOrEqualTo(present.capacity());
  }

  @Example
  void anEventOfAnotherStreamEndsTheWindowWhereItStandsInTheOrder() {
    WindowDefinition definition = definition(2, 5, "x");
    WindowBuffer buffer = new WindowBuffer(definition);
    for (int i = 0; i < 6; i++) {
      buffer.append(definition, sample(i, 10 * (i / 2)));
    }

    // Samples 2 and 3 have time 10: they come before an event of lower rank, after one of higher.
    assertThat(buffer.cut(definition, other(2, 10)).values()).containsExactly(1f, 1.5f);
    assertThat(buffer.cut(definition, other(1, 10)).values()).containsExactly(0f, 0.5f);
    assertThat(buffer.cut(definition, other(1, 15)).values()).containsExactly(1f, 1.5f);
    assertThat(buffer.cut(definition, other(2, 99)).values()).containsExactly(2f, 2.5f);
    assertThat(buffer.cut(definition, other(1, 0)).status()).isEqualTo(WindowStatus.SHORT_HISTORY);
    assertThat(buffer.cut(definition, other(1, 0)).first()).isNull();
  }

  @Example
  void aNullChannelMakesTheWindowNanAndNotAnotherOne() {
    WindowDefinition definition = definition(2, 1, "x", "n");
    WindowBuffer buffer = new WindowBuffer(definition);
    Event hole =
        EventBuilder.of(STREAMS[0])
            .at(1)
            .from(0, 0, 1)
            .set("ts", 1)
            .set("x", null)
            .set("n", 1)
            .build();
    buffer.append(definition, sample(0, 0));
    buffer.append(definition, hole);
    buffer.append(definition, sample(2, 2));

    assertThat(buffer.cut(definition, hole).status()).isEqualTo(WindowStatus.NAN);
    assertThat(buffer.cut(definition, hole).values()).isNull();
    assertThat(buffer.cut(definition, hole).last().offset()).isEqualTo(1);
    buffer.append(definition, sample(3, 3));
    assertThat(buffer.cut(definition, sample(3, 3)).status()).isEqualTo(WindowStatus.OK);
  }

  @Example
  void otherChannelsStartWithAnEmptyBuffer() {
    WindowDefinition old = definition(2, 0, "x");
    WindowBuffer buffer = new WindowBuffer(old);
    buffer.append(old, sample(0, 0));

    assertThat(buffer.fitted(definition(2, 0, "n")).size()).isZero();
    assertThat(buffer.fitted(definition(2, 0, "x"))).isSameAs(buffer);
  }

  @Example
  void aChannelThatIsNoNumberIsRefusedByName() {
    assertThatThrownBy(() -> definition(2, 0, "s")).hasMessageContaining("channel 's' is a string");
    assertThatThrownBy(() -> definition(2, 0, "q"))
        .hasMessageContaining("no field 'q'")
        .hasMessageContaining("[ts, x, n, b, s]");
    assertThatThrownBy(() -> definition(0, 0, "x")).hasMessageContaining("length 0");
  }

  private static WindowBuffer written(WindowBuffer buffer) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    buffer.write(new DataOutputStream(bytes));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    WindowBuffer read = WindowBuffer.read(in);
    assertThat(in.available()).isZero();
    return read;
  }

  private static WindowDefinition definition(int length, int history, String... channels) {
    return new WindowDefinition(
        "w", STREAMS, 0, List.of(channels), length, history, 0, List.of("*"));
  }

  private static Event sample(int number, long timestamp) {
    return EventBuilder.of(STREAMS[0])
        .at(timestamp)
        .from(0, 0, number)
        .set("ts", timestamp)
        .set("x", number / 2.0)
        .set("n", number)
        .set("b", number % 2 == 1)
        .build();
  }

  private static Event other(int stream, long timestamp) {
    return EventBuilder.of(STREAMS[stream]).at(timestamp).set("ts", timestamp).build();
  }

  private static StreamDefinition stream(int index, String name, int priority) {
    EventType type =
        EventType.of(
            name,
            new Field("ts", FieldType.TIMESTAMP, false),
            new Field("x", FieldType.DOUBLE, true),
            new Field("n", FieldType.LONG, true),
            new Field("b", FieldType.BOOLEAN, true),
            new Field("s", FieldType.STRING, true));
    return StreamDefinition.builder(index, type)
        .eventTime("ts", EventTimeUnit.MILLISECONDS)
        .priority(priority)
        .build();
  }
}
