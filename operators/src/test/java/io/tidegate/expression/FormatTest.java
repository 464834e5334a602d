package io.tidegate.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.event.FieldType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FormatTest {
  /** What Python 3.11's {@code format(value, specification)} gives, one case a line. */
  static Stream<JsonNode> formats() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    FormatTest.class.getResourceAsStream("/expression/formats.jsonl")),
                StandardCharsets.UTF_8))) {
      return lines.lines().map(FormatTest::read).toList().stream();
    }
  }

  private static JsonNode read(String line) {
    try {
      return Fixture.JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(line, e);
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void writesWhatPythonWrites(JsonNode expected) {
    FieldType type = FieldType.of(expected.get("type").asText());
    String text = expected.get("value").asText();
    Object value =
        switch (type) {
          case DOUBLE -> Double.valueOf(text.replace("inf", "Infinity").replace("nan", "NaN"));
          case LONG -> Long.valueOf(text);
          default -> text;
        };
    assertThat(format(expected.get("format").asText(), type, value))
        .isEqualTo(expected.get("expected").asText());
  }

  private static String format(String specification, FieldType type, Object value) {
    StringBuilder out = new StringBuilder();
    Format.of(specification, type).append(out, value, type);
    return out.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "d,DOUBLE",
    ".2d,LONG",
    ".2f,STRING",
    "+s,STRING",
    ".2f,BOOLEAN",
    "%d,LONG",
    ".2x,DOUBLE",
    "d,TIMESTAMP",
    ".3,DOUBLE"
  })
  void refusesWhatDoesNotFit(String specification, FieldType type) {
    assertThatThrownBy(() -> Format.of(specification, type))
        .isInstanceOf(ExpressionException.class)
        .hasMessageContaining("'" + specification + "'");
  }

  @Test
  void writesNullsBooleansAndTimesReadably() {
    assertThat(format(".2f", FieldType.DOUBLE, null)).isEqualTo("None");
    assertThat(format("", FieldType.BOOLEAN, true)).isEqualTo("True");
    assertThat(format(null, FieldType.TIMESTAMP, 1_522_540_800_250L))
        .isEqualTo("2018-04-01T00:00:00.250Z");
    assertThat(format("s", FieldType.DOUBLE, 2.5)).isEqualTo("2.5");
  }

  @Property
  void theShortestTextReadsBackAndNoShorterOneDoes(@ForAll long bits) {
    double value = Math.abs(Double.longBitsToDouble(bits));
    Assume.that(Double.isFinite(value) && value > 0);
    String text = Decimals.shortest(value);
    assertThat(Double.parseDouble(text)).isEqualTo(value);
    int digits = new BigDecimal(text).stripTrailingZeros().precision();
    for (RoundingMode mode : new RoundingMode[] {RoundingMode.DOWN, RoundingMode.UP}) {
      if (digits > 1) {
        MathContext fewer = new MathContext(digits - 1, mode);
        assertThat(new BigDecimal(value).round(fewer).doubleValue()).isNotEqualTo(value);
      }
    }
  }

  @Example
  void aTemplateJoinsTextAndValues() {
    Expression total =
        Fixture.measure("{'stage':'a','aggregate':'sum','field':'amount','type':'double'}");
    Expression key = Fixture.measure("{'key':true,'type':'string'}");
    Template template =
        Template.builder()
            .text("card ")
            .expression(key, null)
            .text(": ")
            .expression(total, ".2f")
            .build();
    Fixture.Matched matched =
        new Fixture.Matched(List.of(Fixture.charge(1.5), Fixture.charge(2.0)), List.of());
    assertThat(template.render(new Scope().match(matched, "c1", 0, 0))).isEqualTo("card c1: 3.50");
  }
}
