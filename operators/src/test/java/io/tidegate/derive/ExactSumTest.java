package io.tidegate.derive;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ExactSumTest {

  /** However values come and go, the sum is that of those that are there, correctly rounded. */
  @Property(tries = 300)
  void theSumIsThatOfTheValuesThatAreThere(@ForAll long seed) {
    Random random = new Random(seed);
    ExactSum sum = new ExactSum();
    ArrayDeque<Double> held = new ArrayDeque<>();
    for (int i = 0; i < 200; i++) {
      if (random.nextInt(3) == 0 && !held.isEmpty()) {
        sum.remove(held.removeFirst());
      } else {
        double value = (random.nextDouble() - 0.5) * Math.scalb(1.0, random.nextInt(1000) - 500);
        sum.add(value);
        held.add(value);
      }
      BigDecimal exact =
          held.stream().map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add);
      assertThat(sum.value()).isEqualTo(exact.doubleValue());
    }
  }

  @Property(tries = 200)
  void theSpreadIsExactToTheLastBit(@ForAll long seed) {
    Random random = new Random(seed);
    ExactSum sum = new ExactSum();
    ExactSum squares = new ExactSum();
    List<BigDecimal> held = new ArrayList<>();
    double offset = Math.scalb(1.0, random.nextInt(60));
    for (int i = 0; i < 30; i++) {
      double value = offset + random.nextGaussian();
      sum.add(value);
      squares.addProduct(value, value);
      held.add(new BigDecimal(value));
    }
    BigDecimal total = held.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal ofSquares =
        held.stream().map(x -> x.multiply(x)).reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal expected =
        ofSquares.multiply(BigDecimal.valueOf(30)).subtract(total.multiply(total));
    assertThat(sum.spread(30, squares)).isEqualTo(expected.doubleValue());
  }

  @Example
  void whatIsNotFiniteComesAndGoesToo() {
    ExactSum sum = new ExactSum();
    sum.add(1.5);
    sum.add(Double.POSITIVE_INFINITY);
    assertThat(sum.value()).isEqualTo(Double.POSITIVE_INFINITY);
    sum.add(-Double.MAX_VALUE);
    assertThat(sum.value()).isNaN();
    sum.remove(Double.POSITIVE_INFINITY);
    assertThat(sum.value()).isEqualTo(Double.NEGATIVE_INFINITY);
    sum.remove(-Double.MAX_VALUE);
    sum.add(Double.NaN);
    assertThat(sum.value()).isNaN();
    sum.remove(Double.NaN);
    assertThat(sum.value()).isEqualTo(1.5);
  }
}
