package io.tidegate.derive;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.derive.Trades.Specification;
import io.tidegate.event.Event;
import io.tidegate.event.EventBuilder;
import io.tidegate.event.Identities;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Every derived field is what a plain look at all events before gives. */
class DerivationLawsTest {
  private static final Trades TRADES =
      new Trades(new int[] {3, 0}, new int[] {1, 0}, new int[] {0, 40}, new int[] {0, 10});

  @Property(tries = 150)
  void everyFieldIsWhatAPlainLookAtTheEventsBeforeGives(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    Derivation derivation = TRADES.derivation();
    DerivedState state = new DerivedState();
    List<Event> before = new ArrayList<>();
    for (Event event : TRADES.events(random, 60)) {
      if (random.nextInt(6) == 0) {
        state = random.nextBoolean() ? Trades.restored(state) : state.copy();
      }
      if (random.nextInt(6) == 0) {
        state.forget(event.timestamp - 1);
      }
      Event derived = derivation.next(state, event);
      if (event.stream == Trades.TRADES) {
        for (int i = 0; i < TRADES.specifications.size(); i++) {
          Object expected = PlainLook.at(TRADES.specifications.get(i), before, event);
          assertThat(derived.value(Trades.DECLARED.length + i))
              .as("%s of %s after %s", TRADES.specifications.get(i), event, before)
              .isEqualTo(expected);
        }
        assertThat(Identities.of(TRADES.streams[Trades.TRADES], derived))
            .isEqualTo(Identities.of(TRADES.streams[Trades.TRADES], event));
        assertThat(Identities.compare(TRADES.streams, derived, event)).isZero();
      } else {
        assertThat(derived).isSameAs(event);
      }
      before.add(event);
    }
  }

  @Example
  void aDriftingMeanAndAVarianceAroundALargeMeanAreRight() {
    // A naive running sum of squares gives nothing right here.
    Derivation derivation = TRADES.derivation();
    DerivedState state = new DerivedState();
    Event last = null;
    for (int i = 0; i < 10_000; i++) {
      double price = i < 5_000 ? 1e150 : 1e9 + i % 3;
      last =
          derivation.next(
              state,
              EventBuilder.of(TRADES.streams[Trades.TRADES])
                  .at(i)
                  .set("symbol", "a")
                  .set("ts", (long) i)
                  .set("price", price)
                  .build());
    }
    int stddev =
        TRADES.specifications.indexOf(
            new Specification(DerivedFunction.STDDEV, "price", 3, 0, true));
    assertThat(last.value(Trades.DECLARED.length + stddev)).isEqualTo(1.0);
  }

  @Example
  void onlyTimeRangesAreForgotten() throws IOException {
    Derivation derivation = TRADES.derivation();
    DerivedState state = new DerivedState();
    assertThat(state.isEmpty()).isTrue();
    assertThat(state.emptyAt()).isEqualTo(Long.MIN_VALUE);
    derivation.next(
        state,
        EventBuilder.of(TRADES.streams[Trades.TRADES])
            .at(100)
            .set("symbol", "a")
            .set("ts", 100L)
            .set("price", 1.0)
            .build());
    assertThat(state.emptyAt()).isEqualTo(140);
    state.forget(139);
    assertThat(state.emptyAt()).isEqualTo(140);
    state.forget(140);
    assertThat(state.emptyAt()).isEqualTo(Long.MIN_VALUE);
    assertThat(state.isEmpty()).as("the last events stay").isFalse();
    assertThat(Trades.restored(state).isEmpty()).isFalse();
  }
}
