package io.tidegate.derive;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.Event;
import io.tidegate.event.EventBuilder;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Long histories lie apart from their key, and nobody can tell from the values. */
class LongHistoriesTest {
  private static final Trades TRADES =
      new Trades(new int[] {100, 0}, new int[] {250, 0}, new int[] {0, 1_200});

  @Property(tries = 20)
  void valuesAreTheSameWhereverHistoriesLie(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    Parts parts = new Parts();
    Derivation derivation = TRADES.derivation();
    DerivedState together = new DerivedState();
    DerivedState apart = new DerivedState();
    apart.attach(parts);
    long most = 0;
    for (Event event : TRADES.events(random, 700)) {
      Event expected = derivation.next(together, event);
      Event found = derivation.next(apart, event);
      for (int field = 0; field < expected.type.size(); field++) {
        assertThat(found.value(field)).isEqualTo(expected.value(field));
      }
      if (random.nextInt(8) == 0) {
        assertThat(apart.forget(event.timestamp)).isEqualTo(together.forget(event.timestamp));
        assertThat(apart.emptyAt()).isEqualTo(together.emptyAt());
      }
      if (random.nextInt(3) == 0) {
        // Now and then on a backend that spreads nothing, which reads what is there.
        parts.spreads = random.nextInt(4) > 0;
        apart.spread();
        most = Math.max(most, apart.apart());
        if (random.nextBoolean()) {
          apart = random.nextBoolean() ? Trades.restored(apart) : apart.copy();
          apart.attach(parts);
        }
      }
    }
    assertThat(most).isGreaterThan(1_000);
    apart.clear();
    assertThat(apart.isEmpty()).isTrue();
    assertThat(parts.bytes).isEmpty();
  }

  @Example
  void anEventCostsWhatItTouches() throws IOException {
    Trades trades = new Trades(new int[] {10_000, 0});
    Derivation derivation = trades.derivation();
    Parts parts = new Parts();
    DerivedState state = new DerivedState();
    state.attach(parts);
    for (int i = 0; i < 12_000; i++) {
      derivation.next(state, trade(trades, i));
      state.spread();
    }
    int fields = trades.specifications.size();
    assertThat(size(state)).isLessThan(fields * SampleQueue.BLOCK * 3 * 16);

    parts.accesses = 0;
    int events = 64 * SampleQueue.BLOCK;
    for (int i = 12_000; i < 12_000 + events; i++) {
      derivation.next(state, trade(trades, i));
      state.spread();
    }
    // A block is written once, read once and removed once; different values are looked up each.
    long distinct =
        trades.specifications.stream()
            .filter(s -> s.function() == DerivedFunction.DISTINCT)
            .count();
    long blocks = 3L * fields * events / SampleQueue.BLOCK;
    assertThat(parts.accesses).isLessThanOrEqualTo(blocks + 4 * distinct * events);
  }

  @Example
  void aLeastValueTakesAwayAllBeforeItWhereverTheyLie() {
    Trades trades = new Trades(new int[] {1_000, 0});
    Derivation derivation = trades.derivation();
    Parts parts = new Parts();
    DerivedState state = new DerivedState();
    state.attach(parts);
    int least =
        trades.specifications.indexOf(
            new Trades.Specification(DerivedFunction.MIN, "volume", 1_000, 0, true));
    for (int i = 0; i < 500; i++) {
      Event derived = derivation.next(state, trade(trades, 1_000 + i));
      assertThat(derived.value(Trades.DECLARED.length + least)).isEqualTo(1_000L);
      state.spread();
    }
    for (int i = 1_490; i >= 900; i--) {
      Event derived = derivation.next(state, trade(trades, i));
      assertThat(derived.value(Trades.DECLARED.length + least))
          .isEqualTo((long) Math.min(i, 1_000));
      state.spread();
    }
    state.clear();
    assertThat(parts.bytes).isEmpty();
  }

  @Example
  void aFieldThatIsGoneLeavesNothing() throws IOException {
    Parts parts = new Parts();
    Derivation before = new Trades(new int[] {200, 0}).derivation();
    Trades after = new Trades(new int[] {3, 0});
    DerivedState state = new DerivedState();
    state.attach(parts);
    for (int i = 0; i < 300; i++) {
      before.next(state, trade(after, i));
    }
    state.spread();
    assertThat(parts.bytes).isNotEmpty();
    state = Trades.restored(state);
    state.attach(parts);
    after.derivation().next(state, trade(after, 301));
    assertThat(parts.bytes).isEmpty();
  }

  /** Written by the version before, 200 trades long. */
  @Example
  void aStateOfFormat1IsRead() throws IOException {
    Trades trades = new Trades(new int[] {150, 0}, new int[] {0, 300});
    Derivation derivation = trades.derivation();
    Parts parts = new Parts();
    DerivedState expected = new DerivedState();
    DerivedState state;
    try (var sample = LongHistoriesTest.class.getResourceAsStream("/state/derived-format-1.bin")) {
      state = DerivedState.read(new DataInputStream(sample));
    }
    state.attach(parts);
    List<Event> events = trades.events(new Random(4), 400);
    for (int i = 0; i < events.size(); i++) {
      Event wanted = derivation.next(expected, events.get(i));
      if (i < 200) {
        continue;
      }
      Event found = derivation.next(state, events.get(i));
      state.spread();
      for (int field = 0; field < wanted.type.size(); field++) {
        assertThat(found.value(field)).isEqualTo(wanted.value(field));
      }
    }
    assertThat(state.apart()).isPositive();
  }

  private static Event trade(Trades trades, int i) {
    return EventBuilder.of(trades.streams[Trades.TRADES])
        .at(i)
        .from(0, 0, i)
        .set("symbol", "a")
        .set("ts", (long) i)
        .set("price", i * 0.5)
        .set("volume", (long) i)
        .set("venue", "v" + i)
        .set("open", true)
        .build();
  }

  private static int size(DerivedState state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    state.write(new DataOutputStream(bytes));
    return bytes.size();
  }

  private static final class Parts implements HistoryStore {
    private final Map<String, byte[]> bytes = new HashMap<>();
    private boolean spreads = true;
    private long accesses;

    @Override
    public boolean spreads() {
      return spreads;
    }

    @Override
    public byte[] get(long field, String part) {
      accesses++;
      return bytes.get(field + " " + part);
    }

    @Override
    public void put(long field, String part, byte[] value) {
      accesses++;
      bytes.put(field + " " + part, value);
    }

    @Override
    public void remove(long field, String part) {
      accesses++;
      assertThat(bytes.remove(field + " " + part)).isNotNull();
    }
  }
}
