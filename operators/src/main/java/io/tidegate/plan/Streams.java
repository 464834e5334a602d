package io.tidegate.plan;

import io.tidegate.derive.DerivedField;
import io.tidegate.event.DecoderSpec;
import io.tidegate.event.EventTimeUnit;
import io.tidegate.event.EventType;
import io.tidegate.event.EventTypes;
import io.tidegate.event.Field;
import io.tidegate.event.FieldType;
import io.tidegate.event.StreamDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The plan's streams, by index and by name. */
final class Streams {
  private final StreamDefinition[] definitions;
  private final List<DerivedField> derived;
  private final Map<String, StreamDefinition> byName = new HashMap<>();

  /** Reads the plan's streams. */
  Streams(PlanNode plan) {
    List<StreamDefinition> found = new ArrayList<>();
    for (PlanNode node : plan.children("streams")) {
      PlanNode named = node.at(plan.place() + ", stream " + node.text("name"));
      StreamDefinition stream = read(named, found.size());
      if (byName.put(stream.name(), stream) != null) {
        throw named.refuse("there are two streams of this name");
      }
      found.add(stream);
    }
    if (found.isEmpty()) {
      throw plan.refuse("there are no streams");
    }
    definitions = found.toArray(StreamDefinition[]::new);
    derived = new DerivedReader(this).read(plan);
  }

  private static StreamDefinition read(PlanNode node, int index) {
    List<Field> fields = new ArrayList<>();
    for (PlanNode field : node.children("fields")) {
      FieldType type = field.named("type", FieldType::of);
      fields.add(new Field(field.text("name"), type, field.flag("nullable")));
    }
    PlanNode time = node.child("event_time");
    try {
      EventType type = EventType.of(node.text("name"), node.texts("topics"), fields);
      return StreamDefinition.builder(index, type)
          .derived(DerivedReader.fields(node))
          .decoder(decoder(node.child("decoder")))
          .eventTime(time.text("field"), time.named("unit", EventTimeUnit::of))
          .key(node.texts("key"))
          .identity(node.texts("identity"))
          .start(node.named("start", Streams::start))
          .bounded(node.flag("bounded"))
          .outOfOrdernessMs(node.duration("out_of_orderness_ms"))
          .idlenessMs(node.duration("idleness_ms"))
          .maxFutureMs(node.duration("max_future_ms"))
          .alignmentMs(node.duration("alignment_ms"))
          .deduplicationMs(node.duration("deduplication_ms"))
          .priority(node.integer("priority"))
          .store(node.flag("store"))
          .build();
    } catch (PlanException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new PlanException(node.place(), e.getMessage(), e);
    }
  }

  private static StreamDefinition.Start start(String name) {
    for (StreamDefinition.Start start : StreamDefinition.Start.values()) {
      if (start.name().toLowerCase(Locale.ROOT).equals(name)) {
        return start;
      }
    }
    throw new IllegalArgumentException(
        "no start '" + name + "'; there are earliest, latest, committed");
  }

  private static DecoderSpec decoder(PlanNode node) {
    return switch (node.text("kind")) {
      case "avro" -> DecoderSpec.avro(node.text("schema"));
      case "confluent_avro" -> DecoderSpec.confluentAvro(node.text("registry"));
      case "json" -> DecoderSpec.json();
      default ->
          throw node.refuse(
              "no decoder '" + node.text("kind") + "'; there are avro, confluent_avro, json");
    };
  }

  int size() {
    return definitions.length;
  }

  StreamDefinition[] definitions() {
    return definitions.clone();
  }

  /** Layouts of the events that rules see. */
  EventType[] types() {
    return EventTypes.handled(definitions);
  }

  /** The fields that are derived under a key. */
  List<DerivedField> derivedBy(KeyExpression key) {
    return derived.stream().filter(field -> key.isKeyOf(field.by())).toList();
  }

  /** Why a field of a stream cannot be read by a rule of a key; null where it can. */
  String refusal(KeyExpression key, int stream, String name) {
    for (DerivedField field : derived) {
      if (field.stream() == stream && field.name().equals(name) && !key.isKeyOf(field.by())) {
        return "field '"
            + name
            + "' of stream "
            + definitions[stream].name()
            + " is derived by "
            + by(field)
            + ", which is not the rule's key; give the rule that key, or derive a field by its own";
      }
    }
    return null;
  }

  private String by(DerivedField field) {
    List<String> parts = new ArrayList<>();
    for (int stream = 0; stream < field.by().length; stream++) {
      if (field.by()[stream] != null) {
        EventType type = definitions[stream].type();
        List<String> names =
            Arrays.stream(field.by()[stream]).mapToObj(i -> type.field(i).name()).toList();
        parts.add(String.join(", ", names) + " of " + type.name());
      }
    }
    return String.join(" and ", parts);
  }

  /** The stream of a name that a part of the plan refers to. */
  StreamDefinition named(String name, PlanNode user) {
    StreamDefinition stream = byName.get(name);
    if (stream == null) {
      List<String> known = Arrays.stream(definitions).map(StreamDefinition::name).toList();
      throw user.refuse("there is no stream '" + name + "'; there are " + known);
    }
    return stream;
  }
}
