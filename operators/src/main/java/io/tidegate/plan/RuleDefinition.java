package io.tidegate.plan;

import io.tidegate.event.Event;
import io.tidegate.event.FieldType;
import io.tidegate.expression.CompileContext;
import io.tidegate.expression.Expression;
import io.tidegate.expression.ExpressionException;
import io.tidegate.expression.Expressions;
import io.tidegate.expression.Parameters;
import io.tidegate.expression.Scope;
import io.tidegate.expression.Template;
import io.tidegate.match.Automaton;
import io.tidegate.match.Limits;
import io.tidegate.match.MatchedEvents;
import io.tidegate.match.PatternDefinition;
import io.tidegate.match.PatternException;
import io.tidegate.match.StageDefinition;
import io.tidegate.record.RuleReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A rule of the plan, ready to match; for use by one thread. */
public final class RuleDefinition {
  private final RuleReference reference;
  private final int key;
  private final int[] streams;
  private final PatternDefinition<Event> pattern;
  private final Automaton<Event> automaton;
  private final List<Measure> measures;
  private final Template summary;
  private final boolean timeouts;
  private final Limits limits;
  private final Parameters parameters;
  private final long coolDownMs;
  private final Scope scope = new Scope();

  private RuleDefinition(
      PlanNode rule, RuleReference reference, Streams streams, KeyExpression by) {
    this.reference = reference;
    this.key = rule.integer("key");
    this.parameters = parameters(rule);
    PatternReader reader =
        new PatternReader(rule.child("pattern"), rule.place(), streams, by, parameters);
    this.streams = reader.streams();
    this.pattern = reader.definition();
    this.automaton = compile(rule, pattern);
    CompileContext match = reader.context().onMatch();
    this.measures = measures(rule, match);
    this.summary = summary(rule, match);
    this.timeouts = rule.flag("timeouts");
    this.limits = limits(rule);
    this.coolDownMs = rule.duration("cool_down_ms");
  }

  /** Reads a rule. */
  static RuleDefinition of(PlanNode node, Streams streams, List<KeyExpression> keys) {
    RuleReference reference =
        new RuleReference(
            node.text("id"),
            node.integer("version"),
            node.text("fingerprint"),
            node.text("severity"),
            node.flag("shadow"));
    PlanNode rule = node.at("rule " + reference.id());
    int key = rule.integer("key");
    if (key < 0 || key >= keys.size()) {
      throw rule.refuse("there is no key " + key + "; the plan has " + keys.size());
    }
    return new RuleDefinition(rule, reference, streams, keys.get(key));
  }

  /** The parameters of a rule of the plan. */
  static Parameters parameters(PlanNode rule) {
    try {
      return new Parameters(Parameters.read(rule.child("parameters").json()));
    } catch (ExpressionException e) {
      throw new PlanException(rule.place(), e.getMessage(), e);
    }
  }

  private static Automaton<Event> compile(PlanNode rule, PatternDefinition<Event> pattern) {
    try {
      return Automaton.compile(pattern);
    } catch (PatternException e) {
      throw new PlanException(rule.place() + part(pattern, e.stage()), e.reason(), e);
    }
  }

  // A stage by its name, or a description such as "group 2".
  private static String part(PatternDefinition<Event> pattern, String stage) {
    if (stage == null) {
      return "";
    }
    return pattern.stageIndex(stage) < 0 ? ", " + stage : ", stage " + stage;
  }

  private static List<Measure> measures(PlanNode rule, CompileContext context) {
    List<Measure> measures = new ArrayList<>();
    for (PlanNode node : rule.children("measures")) {
      PlanNode measure = node.at(rule.place() + ", measure " + node.text("name"));
      Expression expression = expression(measure, context);
      FieldType declared = measure.named("type", FieldType::of);
      if (expression.type() != declared) {
        throw measure.refuse(
            "it is declared as " + declared.text() + ", but is a " + expression.type().text());
      }
      measures.add(new Measure(measure.text("name"), expression));
    }
    return List.copyOf(measures);
  }

  private static Limits limits(PlanNode rule) {
    PlanNode limits = rule.childOrNull("limits");
    if (limits == null) {
      return Limits.DEFAULT;
    }
    Limits.Policy policy =
        limits.named("policy", name -> PatternReader.constant(Limits.Policy.values(), name));
    try {
      return new Limits(limits.integer("open"), limits.integer("matches_per_event"), policy);
    } catch (IllegalArgumentException e) {
      throw new PlanException(limits.place(), e.getMessage(), e);
    }
  }

  private static Template summary(PlanNode rule, CompileContext context) {
    Template.Builder template = Template.builder();
    for (PlanNode node : rule.children("summary")) {
      if (node.has("text")) {
        template.text(node.text("text"));
        continue;
      }
      PlanNode part = node.at(rule.place() + ", summary");
      try {
        template.expression(expression(part, context), part.textOrNull("format"));
      } catch (ExpressionException e) {
        throw new PlanException(part.place(), e.getMessage(), e);
      }
    }
    return template.build();
  }

  private static Expression expression(PlanNode node, CompileContext context) {
    try {
      return Expressions.compile(node.value("expression"), context);
    } catch (ExpressionException e) {
      throw new PlanException(node.place(), e.getMessage(), e);
    }
  }

  /** Name, version, fingerprint, severity and whether the rule is in shadow. */
  public RuleReference reference() {
    return reference;
  }

  /** Name of the rule, unique in the plan. */
  public String id() {
    return reference.id();
  }

  /** Index into {@link PlanDefinition#keys()}. */
  public int key() {
    return key;
  }

  /** Indexes of the streams that the rule reads, ascending; it is offered events of no other. */
  public int[] streams() {
    return streams.clone();
  }

  /** Whether the rule reads a stream. */
  public boolean reads(int stream) {
    for (int one : streams) {
      if (one == stream) {
        return true;
      }
    }
    return false;
  }

  /** The rule's pattern. */
  public PatternDefinition<Event> pattern() {
    return pattern;
  }

  /** The pattern, compiled. */
  public Automaton<Event> automaton() {
    return automaton;
  }

  /** Names of the stages by stage index. */
  public List<String> stageNames() {
    return pattern.stageNames();
  }

  /** What the rule computes of a match. */
  public List<Measure> measures() {
    return measures;
  }

  /** What {@code $name} stands for; {@link Parameters} says how its values are changed. */
  public Parameters parameters() {
    return parameters;
  }

  /**
   * How much later than a reported match another one of the key has to end to be reported, ms; 0
   * for no matter when.
   */
  public long coolDownMs() {
    return coolDownMs;
  }

  /**
   * How long after its last event a match may be found, ms of event time: an absence at the end is
   * seen when its limit passes.
   */
  public long longestDelayMs() {
    return Math.max(pattern.withinMillis(), absences(pattern.stages()));
  }

  private static long absences(List<StageDefinition<Event>> stages) {
    long sum = 0;
    for (StageDefinition<Event> stage : stages) {
      sum += stage.withinPreviousMillis() + stage.absentMillis();
      for (List<StageDefinition<Event>> part : stage.parts()) {
        sum += absences(part);
      }
    }
    return sum;
  }

  /** Whether partial matches that ran out of time are recorded. */
  public boolean timeouts() {
    return timeouts;
  }

  /** How much one key may hold open, and one event emit. */
  public Limits limits() {
    return limits;
  }

  /**
   * The measures of a match, in the rule's order: Double, Long, String, Boolean or null.
   *
   * @param matched the match, or a partial match that ran out of time
   * @param keyText the key's text
   * @param start event time of its first event, epoch ms
   * @param end event time of its last event, epoch ms
   */
  public Map<String, Object> measure(
      MatchedEvents<Event> matched, String keyText, long start, long end) {
    if (measures.isEmpty()) {
      return Map.of();
    }
    scope.match(matched, keyText, start, end);
    Map<String, Object> values = new LinkedHashMap<>();
    for (Measure measure : measures) {
      values.put(measure.name(), measure.expression().value(scope));
    }
    return values;
  }

  /** The rule's sentence about a match; see {@link #measure} for the parameters. */
  public String summarize(MatchedEvents<Event> matched, String keyText, long start, long end) {
    return summary.render(scope.match(matched, keyText, start, end));
  }
}
