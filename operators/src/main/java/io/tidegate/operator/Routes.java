package io.tidegate.operator;

import io.tidegate.derive.DerivedField;
import io.tidegate.event.Event;
import io.tidegate.plan.KeyExpression;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.plan.RuleCompiler;
import io.tidegate.plan.RuleDefinition;
import io.tidegate.rules.KeyNumbers;
import io.tidegate.rules.RuleChange;
import io.tidegate.window.WindowDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Under which keys the events of each stream are wanted, and up to which event time each stream was
 * seen.
 *
 * <p>A route is never taken back while the job runs: when the rule that wanted it ends is an event
 * time that events still have to pass.
 */
final class Routes {
  /** Nothing was seen of a stream. */
  static final long NONE = RuleChange.NONE;

  /**
   * What is kept.
   *
   * @param keys texts of the key expressions by number
   * @param wanted by key and stream
   * @param greatest by stream, the greatest event time seen
   */
  record Snapshot(List<String> keys, List<boolean[]> wanted, long[] greatest) {}

  private final RuleCompiler compiler;
  private final int streams;
  private final List<String> texts = new ArrayList<>();
  private KeyExpression[] keys = {};
  private boolean[][] wanted = {};
  private final long[] greatest;

  Routes(RuleCompiler compiler) {
    this.compiler = compiler;
    this.streams = compiler.streams();
    greatest = new long[streams];
    Arrays.fill(greatest, NONE);
  }

  /** The routes of a plan's rules and window. */
  static Routes of(RuleCompiler compiler, PlanDefinition plan) {
    Routes routes = new Routes(compiler);
    for (int i = 0; i < compiler.planKeys().size(); i++) {
      routes.key(i, compiler.planKeys().get(i));
    }
    plan.rules().forEach(routes::want);
    routes.wantDerived();
    return routes;
  }

  /** Takes over the routes that a subtask kept, and what it saw; several add up. */
  void restore(Snapshot kept) {
    for (int i = 0; i < kept.keys().size(); i++) {
      key(i, kept.keys().get(i));
      for (int stream = 0; stream < Math.min(streams, kept.wanted().get(i).length); stream++) {
        wanted[i][stream] |= kept.wanted().get(i)[stream];
      }
    }
    restoreSeen(kept);
    wantDerived();
  }

  /** Takes over what a subtask saw. */
  void restoreSeen(Snapshot kept) {
    for (int stream = 0; stream < Math.min(streams, kept.greatest().length); stream++) {
      greatest[stream] = Math.max(greatest[stream], kept.greatest()[stream]);
    }
  }

  Snapshot snapshot() {
    return new Snapshot(List.copyOf(texts), List.of(wanted), greatest.clone());
  }

  /** The expression of a number, or the same one covering more streams. */
  private void key(int number, String text) {
    if (number == texts.size()) {
      texts.add(text);
      keys = Arrays.copyOf(keys, number + 1);
      wanted = Arrays.copyOf(wanted, number + 1);
      wanted[number] = new boolean[streams];
    } else if (text.length() < texts.get(number).length()) {
      return; // what another subtask had not seen grow yet
    }
    texts.set(number, text);
    keys[number] = compiler.key(text);
  }

  /** Wants a stream under a key that is known. */
  void want(int key, int stream) {
    wanted[key][stream] = true;
  }

  /** Wants what derived fields look at, also while no rule reads them. */
  private void wantDerived() {
    for (int key = 0; key < keys.length; key++) {
      for (DerivedField field : compiler.derived(keys[key])) {
        want(key, field.stream());
        want(key, field.source());
      }
    }
  }

  private void want(RuleDefinition rule) {
    for (int stream : rule.streams()) {
      want(rule.key(), stream);
    }
  }

  /**
   * Routes as a change needs it from now on.
   *
   * @return the greatest event time of an event that was not routed so; {@link #NONE} where the
   *     change needs nothing new
   */
  long take(RuleChange change) {
    if (change.operation() != RuleChange.Operation.PUSH) {
      return NONE;
    }
    key(change.keyNumber(), change.key());
    RuleDefinition rule = compiler.rule(change.definition(), List.of(keys));
    long unrouted = NONE;
    for (int stream : rule.streams()) {
      if (!wanted[rule.key()][stream]) {
        unrouted = Math.max(unrouted, greatest[stream]);
      }
    }
    for (DerivedField field : compiler.derived(keys[rule.key()])) {
      if (!wanted[rule.key()][field.source()]) {
        unrouted = Math.max(unrouted, greatest[field.source()]);
      }
    }
    want(rule);
    wantDerived();
    return unrouted;
  }

  /** Takes note of an event's time. */
  void see(Event event) {
    if (event.timestamp > greatest[event.stream]) {
      greatest[event.stream] = event.timestamp;
    }
  }

  /** The number of key expressions. */
  int keys() {
    return keys.length;
  }

  boolean wants(int key, int stream) {
    return wanted[key][stream];
  }

  /** The key of an event under an expression; may be null. */
  String keyOf(int key, Event event) {
    return keys[key].keyOf(event);
  }

  /** The number of a window's key: that of the plan, or of the state where it knows it better. */
  int windowKey(WindowDefinition window) {
    return KeyNumbers.find(texts, compiler.planKeys().get(window.key()));
  }
}
