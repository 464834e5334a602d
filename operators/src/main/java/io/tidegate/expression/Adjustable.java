package io.tidegate.expression;

import io.tidegate.event.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * A constant that may change between two events: a parameter, or what is computed from parameters
 * and literals alone.
 *
 * <p>Whoever keeps something made from the value is told of a change ({@link #use}). So a
 * comparison with a parameter costs what one with a literal costs.
 */
final class Adjustable extends Constant {
  /** Functions that are not null where their arguments are not. */
  private static final Set<String> TOTAL =
      Set.of("add", "sub", "mul", "neg", "abs", "min", "max", "to_double", "lower", "upper");

  private final boolean total;
  private final BooleanSupplier varies;
  private final List<Runnable> users = new ArrayList<>();

  private Adjustable(FieldType type, Object value, boolean total, BooleanSupplier varies) {
    super(type, value);
    this.total = total;
    this.varies = varies;
  }

  /**
   * A parameter.
   *
   * @param value its value to begin with, not null
   * @param varies whether it differs from key to key
   */
  static Adjustable parameter(FieldType type, Object value, BooleanSupplier varies) {
    return new Adjustable(type, value, true, varies);
  }

  /**
   * What a call of a function is, kept until one of its arguments changes.
   *
   * @param call the call itself
   * @param arguments all of its arguments
   */
  static Adjustable computed(String function, Expression call, List<Constant> arguments) {
    boolean total =
        TOTAL.contains(function) && arguments.stream().noneMatch(Constant::mayBeMissing);
    Adjustable computed =
        new Adjustable(
            call.type(), null, total, () -> arguments.stream().anyMatch(Constant::variesByKey));
    arguments.forEach(argument -> argument.use(() -> computed.assign(call.value(new Scope()))));
    return computed;
  }

  /** Takes another value and tells its users. */
  void assign(Object value) {
    set(value);
    users.forEach(Runnable::run);
  }

  @Override
  void use(Runnable user) {
    users.add(user);
    user.run();
  }

  @Override
  boolean variesByKey() {
    return varies.getAsBoolean();
  }

  @Override
  boolean mayBeMissing() {
    return !total;
  }
}
