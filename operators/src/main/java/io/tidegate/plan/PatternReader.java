package io.tidegate.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.event.Event;
import io.tidegate.expression.CompileContext;
import io.tidegate.expression.CompileContext.StageReference;
import io.tidegate.expression.ExpressionException;
import io.tidegate.expression.Expressions;
import io.tidegate.expression.Parameters;
import io.tidegate.expression.StageCondition;
import io.tidegate.match.Contiguity;
import io.tidegate.match.EventCondition;
import io.tidegate.match.PatternDefinition;
import io.tidegate.match.SkipStrategy;
import io.tidegate.match.StageDefinition;
import io.tidegate.match.Times;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Reads a rule's pattern; knows which streams each of its stages takes. */
final class PatternReader {
  private final String rule;
  private final Streams streams;
  private final KeyExpression key;
  private final Map<String, StageReference> stages = new LinkedHashMap<>();
  private final CompileContext context;
  private final PatternDefinition<Event> definition;

  /**
   * Reads a pattern.
   *
   * @param pattern the pattern
   * @param rule place of the rule in messages
   * @param key the rule's key
   * @param parameters the rule's parameters
   */
  PatternReader(
      PlanNode pattern, String rule, Streams streams, KeyExpression key, Parameters parameters) {
    this.rule = rule;
    this.streams = streams;
    this.key = key;
    collect(pattern.children("stages"));
    this.context =
        new CompileContext(
            streams.types(),
            new int[0],
            stages,
            parameters,
            key::keyOf,
            (stream, field) -> streams.refusal(key, stream, field));
    this.definition =
        new PatternDefinition<>(
            stages(pattern.children("stages")), pattern.duration("within_ms"), skip(pattern));
  }

  PatternDefinition<Event> definition() {
    return definition;
  }

  /** What the rule's expressions may refer to. */
  CompileContext context() {
    return context;
  }

  /** Indexes of the streams that the pattern reads, ascending. */
  int[] streams() {
    TreeSet<Integer> all = new TreeSet<>();
    stages.values().forEach(stage -> addAll(all, stage.streams()));
    return all.stream().mapToInt(Integer::intValue).toArray();
  }

  private static void addAll(TreeSet<Integer> all, int[] some) {
    for (int stream : some) {
      all.add(stream);
    }
  }

  private void collect(List<PlanNode> nodes) {
    for (PlanNode node : nodes) {
      if (isSeveral(node)) {
        sequences(node).forEach(this::collect);
        continue;
      }
      PlanNode stage = stageAt(node);
      StageReference reference = new StageReference(stages.size(), streamsOf(stage));
      if (stages.put(node.text("name"), reference) != null) {
        throw stage.refuse("there are two stages of this name");
      }
    }
  }

  private static boolean isSeveral(PlanNode node) {
    return node.has("group") || node.has("any_of") || node.has("all_of");
  }

  /** The sequences of stages in a group, in a choice, or among stages in any order. */
  private static List<List<PlanNode>> sequences(PlanNode node) {
    if (node.has("group")) {
      return List.of(node.children("group"));
    }
    return node.has("any_of")
        ? node.lists("any_of")
        : node.children("all_of").stream().map(List::of).toList();
  }

  private PlanNode stageAt(PlanNode node) {
    return node.at(rule + ", stage " + node.text("name"));
  }

  private int[] streamsOf(PlanNode stage) {
    List<String> names = stage.texts("streams");
    if (names.isEmpty()) {
      throw stage.refuse("it reads no stream");
    }
    int[] indexes = new int[names.size()];
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = streams.named(names.get(i), stage).index();
      if (!key.covers(indexes[i])) {
        throw stage.refuse("the rule's key says nothing about stream '" + names.get(i) + "'");
      }
    }
    return indexes;
  }

  private List<StageDefinition<Event>> stages(List<PlanNode> nodes) {
    List<StageDefinition<Event>> definitions = new ArrayList<>();
    for (PlanNode node : nodes) {
      definitions.add(isSeveral(node) ? several(node) : stage(node));
    }
    return definitions;
  }

  private StageDefinition<Event> stage(PlanNode node) {
    PlanNode stage = stageAt(node);
    String name = stage.text("name");
    int[] taken = stages.get(name).streams();
    StageDefinition.Builder<Event> builder = StageDefinition.stage(name, contiguity(stage));
    builder.where(condition(stage, "condition", taken)).absentFor(stage.duration("absent_ms"));
    return finish(builder.greedy(stage.flag("greedy")), stage, taken);
  }

  private StageDefinition<Event> several(PlanNode node) {
    PlanNode group =
        node.at(rule + ", " + node.place().substring(node.place().lastIndexOf(' ') + 1));
    TreeSet<Integer> taken = new TreeSet<>();
    List<List<StageDefinition<Event>>> sequences = new ArrayList<>();
    for (List<PlanNode> sequence : sequences(group)) {
      collectStreams(sequence, taken);
      sequences.add(stages(sequence));
    }
    Contiguity contiguity = contiguity(group);
    StageDefinition.Builder<Event> builder;
    if (group.has("any_of")) {
      builder = StageDefinition.anyOf(contiguity, sequences);
    } else if (group.has("all_of")) {
      List<StageDefinition<Event>> members = new ArrayList<>();
      sequences.forEach(members::addAll);
      builder = StageDefinition.allOf(contiguity, members);
    } else {
      builder = StageDefinition.group(contiguity, sequences.get(0));
    }
    return finish(builder, group, taken.stream().mapToInt(Integer::intValue).toArray());
  }

  private void collectStreams(List<PlanNode> nodes, TreeSet<Integer> taken) {
    for (PlanNode node : nodes) {
      if (isSeveral(node)) {
        sequences(node).forEach(sequence -> collectStreams(sequence, taken));
      } else {
        addAll(taken, stages.get(node.text("name")).streams());
      }
    }
  }

  private StageDefinition<Event> finish(
      StageDefinition.Builder<Event> builder, PlanNode node, int[] taken) {
    PlanNode times = node.child("times");
    int max = times.has("max") ? times.integer("max") : Times.UNBOUNDED;
    Times quantifier = new Times(times.integer("min"), max, times.duration("window_ms"));
    if (quantifier.min() < 1 || quantifier.max() < quantifier.min()) {
      throw node.refuse(
          "times from " + quantifier.min() + " to " + max + "; expected 1 <= min <= max");
    }
    if (node.has("until")) {
      builder.until(condition(node, "until", taken));
    }
    return builder
        .times(quantifier.isOnce() ? null : quantifier)
        .inner(node.named("inner", PatternReader::innerContiguity))
        .optional(node.flag("optional"))
        .withinPrevious(node.duration("within_previous_ms"))
        .build();
  }

  private EventCondition<Event> condition(PlanNode node, String name, int[] taken) {
    try {
      JsonNode tree = node.has(name) ? node.value(name) : null;
      return StageCondition.of(
          tree == null ? null : Expressions.compile(tree, context.on(taken)),
          taken,
          streams.size());
    } catch (ExpressionException e) {
      throw new PlanException(node.place() + ", " + name, e.getMessage(), e);
    }
  }

  private static Contiguity contiguity(PlanNode node) {
    return node.named("contiguity", name -> constant(Contiguity.values(), name));
  }

  private static Contiguity innerContiguity(String name) {
    Contiguity[] allowed = {Contiguity.RELAXED, Contiguity.STRICT, Contiguity.RELAXED_ANY};
    return constant(allowed, name);
  }

  private SkipStrategy skip(PlanNode pattern) {
    PlanNode skip = pattern.child("skip").at(rule + ", skip strategy");
    SkipStrategy.Type type = skip.named("type", name -> constant(SkipStrategy.Type.values(), name));
    String stage = skip.textOrNull("stage");
    boolean named =
        type == SkipStrategy.Type.SKIP_TO_FIRST || type == SkipStrategy.Type.SKIP_TO_LAST;
    if (named != (stage != null)) {
      throw skip.refuse(skip.text("type") + (named ? " names a stage" : " names no stage"));
    }
    if (named && !stages.containsKey(stage)) {
      throw skip.refuse("there is no stage '" + stage + "'; there are " + stages.keySet());
    }
    return new SkipStrategy(type, stage, skip.flag("throw_on_miss"));
  }

  /** The constant that a name in lower case stands for. */
  static <T extends Enum<T>> T constant(T[] values, String name) {
    List<String> known = new ArrayList<>();
    for (T value : values) {
      String text = value.name().toLowerCase(Locale.ROOT);
      if (text.equals(name)) {
        return value;
      }
      known.add(text);
    }
    throw new IllegalArgumentException("'" + name + "' is not one of " + known);
  }
}
