package io.tidegate.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.derive.DerivedField;
import io.tidegate.derive.DerivedFunction;
import io.tidegate.event.EventType;
import io.tidegate.event.Field;
import io.tidegate.event.FieldType;
import io.tidegate.event.StreamDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the derived fields of a plan's streams. */
final class DerivedReader {
  private final Streams streams;

  DerivedReader(Streams streams) {
    this.streams = streams;
  }

  /** The derived fields of a stream as events have them. */
  static List<Field> fields(PlanNode stream) {
    List<Field> fields = new ArrayList<>();
    for (PlanNode node : nodes(stream)) {
      fields.add(new Field(node.text("name"), node.named("type", FieldType::of), true));
    }
    return fields;
  }

  private static List<PlanNode> nodes(PlanNode stream) {
    return stream.has("derived") ? stream.children("derived") : List.of();
  }

  /** All derived fields of a plan. */
  List<DerivedField> read(PlanNode plan) {
    List<DerivedField> fields = new ArrayList<>();
    for (PlanNode node : plan.children("streams")) {
      StreamDefinition stream = streams.named(node.text("name"), plan);
      String place = plan.place() + ", stream " + stream.name();
      for (PlanNode field : nodes(node)) {
        fields.add(read(field.at(place + ", derived field " + field.text("name")), stream));
      }
    }
    return List.copyOf(fields);
  }

  private DerivedField read(PlanNode node, StreamDefinition stream) {
    DerivedFunction function = node.named("function", DerivedFunction::of);
    StreamDefinition source = streams.named(node.text("stream"), node);
    if (source == stream == (function == DerivedFunction.LATEST)) {
      throw node.refuse(
          function.text()
              + " of stream '"
              + source.name()
              + "'; latest is of another stream, and "
              + "the others are of the same");
    }
    String sourceName = node.textOrNull("field");
    int sourceField = sourceName == null ? -1 : fieldOf(source, sourceName, node);
    int events = node.has("events") ? node.integer("events") : 0;
    long rangeMs = node.duration("range_ms");
    if (events < 0 || events == 0 == (rangeMs == 0)) {
      throw node.refuse("expected a number of events, or a time range in range_ms");
    }
    String name = node.text("name");
    EventType handled = stream.handledType();
    DerivedField field =
        new DerivedField(
            name,
            node.named("type", FieldType::of),
            function,
            stream.index(),
            handled.indexOf(name),
            source.index(),
            sourceField,
            sourceField < 0 ? null : source.type().field(sourceField).type(),
            by(node, stream, source),
            events,
            rangeMs,
            node.flag("including_current"));
    requireType(field, node);
    return field;
  }

  private static int fieldOf(StreamDefinition stream, String name, PlanNode node) {
    int field = stream.type().indexOf(name);
    if (field < 0) {
      throw node.refuse("stream '" + stream.name() + "' has no field '" + name + "'");
    }
    return field;
  }

  private static void requireType(DerivedField field, PlanNode node) {
    FieldType source = field.sourceType();
    boolean number = source == FieldType.LONG || source == FieldType.DOUBLE;
    FieldType expected =
        switch (field.function()) {
          case COUNT -> FieldType.LONG;
          case DISTINCT -> source == null ? null : FieldType.LONG;
          case SUM -> number ? source : null;
          case AVG, STDDEV -> number ? FieldType.DOUBLE : null;
          case MIN, MAX -> number || source == FieldType.TIMESTAMP ? source : null;
          case PREVIOUS, LATEST -> source;
        };
    if (expected != field.type()) {
      String found = source == null ? "events" : source.text();
      throw node.refuse(
          field.function().text()
              + " of "
              + found
              + " is "
              + (expected == null ? "nothing" : expected.text())
              + ", but is declared as "
              + field.type().text());
    }
  }

  private int[][] by(PlanNode node, StreamDefinition stream, StreamDefinition source) {
    int[][] by = new int[streams.size()][];
    PlanNode child = node.child("by");
    Map<String, JsonNode> members = node.members("by");
    for (String name : members.keySet()) {
      StreamDefinition keyed = streams.named(name, node);
      by[keyed.index()] =
          child.texts(name).stream().mapToInt(field -> fieldOf(keyed, field, node)).toArray();
    }
    if (by[stream.index()] == null || by[source.index()] == null) {
      throw node.refuse("'by' has to name the key of every stream that it reads");
    }
    return by;
  }
}
