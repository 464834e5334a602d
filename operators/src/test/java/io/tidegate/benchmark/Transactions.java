package io.tidegate.benchmark;

import io.tidegate.event.Event;
import io.tidegate.event.EventType;
import java.util.Arrays;
import java.util.Random;
import org.apache.flink.connector.datagen.source.GeneratorFunction;

/**
 * Generated card transactions: log-normal amounts, of which about one in eighty is above 500 and
 * one in twenty below 5, and once in two thousand a burst of six on one card that each of the three
 * fraud rules finds. The n-th event is a function of n.
 *
 * <p>The plan's one stream has the fields of {@code schemas/transaction.avsc}; those that are not
 * named here are null.
 */
final class Transactions implements GeneratorFunction<Long, Event> {
  private static final long serialVersionUID = 1L;
  private static final long START_MS = 1_700_000_000_000L;
  private static final double[] BURST = {1.5, 1201, 1202, 1203, 20, 20};
  private static final String[] LOCATIONS = {"Houston", "Tokyo", "Berlin", "Lagos", "Lima"};
  private static final String[] CATEGORIES = {"fuel", "grocery", "electronics", "travel"};
  private static final int BLOCK = 2_000;

  private final EventType type;
  private final int cardCount;
  private final double stepMs;
  private transient String[] cards;
  private transient double[] amounts;
  private transient long[] nulls;
  private transient int[] strings;
  private transient int amountSlot;
  private transient int timeSlot;

  /**
   * A generator.
   *
   * @param cardIntervalMs event time between two transactions of a card on average, ms
   */
  Transactions(EventType type, int cardCount, double cardIntervalMs) {
    this.type = type;
    this.cardCount = cardCount;
    this.stepMs = cardIntervalMs / cardCount;
  }

  private void prepare() {
    cards = new String[cardCount];
    Arrays.setAll(cards, i -> "card-" + i);
    Random random = new Random(7);
    amounts = new double[1 << 16];
    Arrays.setAll(amounts, i -> Math.exp(3.5 + 1.2 * random.nextGaussian()));
    String[] named = {"transaction_id", "card_number", "customer_id", "location"};
    strings = new int[named.length + 1];
    Arrays.setAll(strings, i -> slot(i < named.length ? named[i] : "merchant_category"));
    amountSlot = slot("amount");
    timeSlot = slot("ts");
    nulls = new long[type.nullWords()];
    for (int i = 0; i < type.size(); i++) {
      String name = type.field(i).name();
      boolean set =
          Arrays.asList(named).contains(name)
              || name.equals("merchant_category")
              || name.equals("amount")
              || name.equals("ts");
      if (!set) {
        nulls[i >>> 6] |= 1L << i;
      }
    }
    if (Arrays.stream(nulls).allMatch(word -> word == 0)) {
      nulls = null;
    }
  }

  private int slot(String field) {
    return type.slot(type.indexOf(field));
  }

  @Override
  public Event map(Long n) {
    if (n == 0) {
      CepJobs.begun();
    }
    if (cards == null) {
      prepare();
    }
    int step = (int) (n % BLOCK);
    long bits = CepEvents.mix(step < BURST.length ? n - step : n);
    int card = (int) ((bits & 0xFFFF_FFFFL) % cardCount);
    double amount = step < BURST.length ? BURST[step] : amounts[(int) (bits >>> 48)];
    long timestamp = START_MS + (long) (n * stepMs);
    long[] numbers = new long[type.numberCount()];
    numbers[amountSlot] = Double.doubleToRawLongBits(amount);
    numbers[timeSlot] = timestamp;
    String[] texts = new String[type.stringCount()];
    texts[strings[0]] = "t" + n;
    texts[strings[1]] = cards[card];
    texts[strings[2]] = cards[card];
    texts[strings[3]] = LOCATIONS[(card + Math.min(step, BURST.length)) % LOCATIONS.length];
    texts[strings[4]] = CATEGORIES[(int) (bits >>> 32) & 3];
    return new Event(type, 0, timestamp, 0, 0, n, numbers, texts, nulls);
  }
}
