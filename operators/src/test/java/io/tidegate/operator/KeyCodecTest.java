package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

class KeyCodecTest {
  @Property(tries = 300)
  void keysAreReadBackWhateverWasReadBefore(@ForAll("keys") List<RoutedKey> keys)
      throws IOException {
    KeyCodec codec = new KeyCodec();
    DataOutputSerializer out = new DataOutputSerializer(64);
    for (RoutedKey key : keys) {
      codec.write(key, out);
    }
    DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
    List<RoutedKey> read = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      read.add(codec.read(in));
    }
    assertThat(read).isEqualTo(keys);
    assertThat(in.available()).isZero();
  }

  @Example
  void aKeyThatWasReadLatelyIsTheSameObject() throws IOException {
    KeyCodec codec = new KeyCodec();
    DataOutputSerializer out = new DataOutputSerializer(64);
    codec.write(new RoutedKey(1, "robot-1"), out);
    codec.write(new RoutedKey(2, "robot-1"), out);
    codec.write(new RoutedKey(1, "robot-1"), out);
    DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());

    RoutedKey first = codec.read(in);

    assertThat(codec.read(in)).isEqualTo(new RoutedKey(2, "robot-1"));
    assertThat(codec.read(in)).isSameAs(first);
  }

  @Provide
  Arbitrary<List<RoutedKey>> keys() {
    Arbitrary<String> texts =
        Arbitraries.oneOf(
            Arbitraries.strings().withChars("ab|\\").ofMaxLength(3),
            Arbitraries.strings().all().ofMaxLength(100),
            Arbitraries.strings().withCharRange('\u0000', '\u00ff').ofMaxLength(70));
    return Combinators.combine(Arbitraries.integers().between(0, 300), texts)
        .as(RoutedKey::new)
        .list()
        .ofMaxSize(40);
  }
}
