package io.tidegate.match;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.cep.nfa.NFA;
import org.apache.flink.cep.nfa.NFAState;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.nfa.compiler.NFACompiler;
import org.apache.flink.cep.nfa.sharedbuffer.SharedBuffer;
import org.apache.flink.cep.nfa.sharedbuffer.SharedBufferAccessor;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.cep.pattern.WithinType;
import org.apache.flink.cep.pattern.conditions.IterativeCondition;

/** Runs a random pattern on Flink's own NFA. */
@SuppressWarnings("try")
final class FlinkOracle {

  /** A condition in Flink's form. */
  private static final class Condition extends IterativeCondition<TestEvent> {
    private static final long serialVersionUID = 1L;
    private final RandomCondition condition;

    Condition(RandomCondition condition) {
      this.condition = condition;
    }

    @Override
    public boolean filter(TestEvent event, Context<TestEvent> context) throws Exception {
      List<TestEvent> matched = new ArrayList<>();
      if (condition.stage() != null) {
        context.getEventsForPattern(condition.stage()).forEach(matched::add);
      }
      return condition.test(event, matched);
    }
  }

  private final NFA<TestEvent> nfa;
  private final NFAState state;
  private final AfterMatchSkipStrategy skip;
  private final SharedBuffer<TestEvent> buffer;

  FlinkOracle(RandomPattern pattern) {
    this.skip = skip(pattern.skip);
    this.nfa = NFACompiler.compileFactory(pattern(pattern), true).createNFA();
    this.state = nfa.createInitialNFAState();
    @SuppressWarnings({"unchecked", "rawtypes"})
    SharedBuffer<TestEvent> memory = new SharedBuffer(stateStore(), IntSerializer.INSTANCE);
    memory.releaseCacheStatisticsTimer();
    this.buffer = memory;
  }

  void offer(TestEvent event, Outcome outcome) throws Exception {
    try (SharedBufferAccessor<TestEvent> accessor = buffer.getAccessor()) {
      matches(nfa.process(accessor, state, event, event.timestamp(), skip, () -> 0L), outcome);
    }
  }

  void advanceTime(long timestamp, Outcome outcome) throws Exception {
    try (SharedBufferAccessor<TestEvent> accessor = buffer.getAccessor()) {
      Tuple2<
              Collection<Map<String, List<TestEvent>>>,
              Collection<Tuple2<Map<String, List<TestEvent>>, Long>>>
          result = nfa.advanceTime(accessor, state, timestamp, skip);
      matches(result.f0, outcome);
      for (Tuple2<Map<String, List<TestEvent>>, Long> timeout : result.f1) {
        outcome.timeout(timeout.f0, timeout.f1);
      }
    }
  }

  int open() {
    return state.getPartialMatches().size();
  }

  private static void matches(Collection<Map<String, List<TestEvent>>> found, Outcome outcome) {
    found.forEach(outcome::match);
  }

  static Pattern<TestEvent, ?> pattern(RandomPattern random) {
    Pattern<TestEvent, TestEvent> pattern = chain(random.stages, skip(random.skip));
    return random.within > 0 ? pattern.within(Duration.ofMillis(random.within)) : pattern;
  }

  private static Pattern<TestEvent, TestEvent> chain(
      List<RandomStage> stages, AfterMatchSkipStrategy skip) {
    Pattern<TestEvent, TestEvent> pattern = null;
    for (RandomStage stage : stages) {
      if (stage.group == null) {
        pattern = named(pattern, stage, skip);
        if (stage.condition != null) {
          pattern = pattern.where(new Condition(stage.condition));
        }
      } else {
        pattern = group(pattern, stage, skip);
      }
      pattern = quantify(pattern, stage);
    }
    return pattern;
  }

  private static Pattern<TestEvent, TestEvent> named(
      Pattern<TestEvent, TestEvent> before, RandomStage stage, AfterMatchSkipStrategy skip) {
    return switch (stage.contiguity) {
      case BEGIN -> Pattern.begin(stage.name, skip);
      case STRICT -> before.next(stage.name);
      case RELAXED -> before.followedBy(stage.name);
      case RELAXED_ANY -> before.followedByAny(stage.name);
      case NOT_NEXT -> before.notNext(stage.name);
      case NOT_FOLLOWED_BY -> before.notFollowedBy(stage.name);
      case ABSENT_FOR -> throw new IllegalArgumentException("the reference has no absent_for");
    };
  }

  private static Pattern<TestEvent, TestEvent> group(
      Pattern<TestEvent, TestEvent> before, RandomStage stage, AfterMatchSkipStrategy skip) {
    Pattern<TestEvent, TestEvent> inside = chain(stage.group, skip);
    return switch (stage.contiguity) {
      case BEGIN -> Pattern.begin(inside, skip);
      case STRICT -> before.next(inside);
      case RELAXED -> before.followedBy(inside);
      case RELAXED_ANY -> before.followedByAny(inside);
      default -> throw new IllegalArgumentException("group that is " + stage.contiguity);
    };
  }

  private static Pattern<TestEvent, TestEvent> quantify(
      Pattern<TestEvent, TestEvent> pattern, RandomStage stage) {
    Pattern<TestEvent, TestEvent> result = pattern;
    if (stage.times != null) {
      Times times = stage.times;
      Duration window = times.windowMillis() > 0 ? Duration.ofMillis(times.windowMillis()) : null;
      if (times.isLoop()) {
        result = result.timesOrMore(Math.max(1, times.min()), window);
      } else {
        result = result.times(times.min(), times.max(), window);
      }
    }
    if (stage.inner == Contiguity.STRICT) {
      result = result.consecutive();
    } else if (stage.inner == Contiguity.RELAXED_ANY) {
      result = result.allowCombinations();
    }
    if (stage.greedy) {
      result = result.greedy();
    }
    boolean optionalLoop = stage.times != null && stage.times.isLoop() && stage.times.min() == 0;
    if (stage.optional || optionalLoop) {
      result = result.optional();
    }
    if (stage.until != null) {
      result = result.until(new Condition(stage.until));
    }
    if (stage.withinPrevious > 0) {
      result =
          result.within(Duration.ofMillis(stage.withinPrevious), WithinType.PREVIOUS_AND_CURRENT);
    }
    return result;
  }

  private static AfterMatchSkipStrategy skip(SkipStrategy skip) {
    return switch (skip.type()) {
      case NO_SKIP -> AfterMatchSkipStrategy.noSkip();
      case SKIP_TO_NEXT -> AfterMatchSkipStrategy.skipToNext();
      case SKIP_PAST_LAST_EVENT -> AfterMatchSkipStrategy.skipPastLastEvent();
      case SKIP_TO_FIRST -> AfterMatchSkipStrategy.skipToFirst(skip.stage());
      case SKIP_TO_LAST -> AfterMatchSkipStrategy.skipToLast(skip.stage());
    };
  }

  /** Map states on plain maps, which is all that the shared buffer asks for. */
  private static KeyedStateStore stateStore() {
    return (KeyedStateStore)
        Proxy.newProxyInstance(
            FlinkOracle.class.getClassLoader(),
            new Class<?>[] {KeyedStateStore.class},
            (store, method, arguments) -> {
              if (!method.getName().equals("getMapState")) {
                throw new UnsupportedOperationException(method.getName());
              }
              return mapState(new HashMap<>());
            });
  }

  private static Object mapState(Map<Object, Object> map) {
    return Proxy.newProxyInstance(
        FlinkOracle.class.getClassLoader(),
        new Class<?>[] {MapState.class},
        (state, method, arguments) ->
            switch (method.getName()) {
              case "get" -> map.get(arguments[0]);
              case "put" -> map.put(arguments[0], arguments[1]);
              case "putAll" -> {
                map.putAll((Map<?, ?>) arguments[0]);
                yield null;
              }
              case "remove" -> map.remove(arguments[0]);
              case "contains" -> map.containsKey(arguments[0]);
              case "keys" -> map.keySet();
              case "values" -> map.values();
              case "entries" -> map.entrySet();
              case "iterator" -> map.entrySet().iterator();
              case "isEmpty" -> map.isEmpty();
              case "clear" -> {
                map.clear();
                yield null;
              }
              default -> throw new UnsupportedOperationException(method.getName());
            });
  }
}
