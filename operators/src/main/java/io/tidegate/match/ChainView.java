package io.tidegate.match;

import java.util.function.Consumer;

/** What a condition sees of a partial match; one object is moved from chain to chain. */
final class ChainView<E> implements MatchedEvents<E> {
  /** Last link of the chain; null where nothing has been taken. */
  Taken<E> chain;

  @Override
  public int count(int stage) {
    return Taken.count(chain, stage);
  }

  @Override
  public E first(int stage) {
    return get(stage, 0);
  }

  @Override
  public E last(int stage) {
    Taken<E> link = Taken.last(chain, stage);
    return link == null ? null : link.event;
  }

  @Override
  public E get(int stage, int index) {
    Taken<E> link = Taken.last(chain, stage);
    if (link == null) {
      return null;
    }
    int ordinal = index < 0 ? link.ordinal + 1 + index : index;
    if (ordinal < 0 || ordinal > link.ordinal) {
      return null;
    }
    while (link.ordinal != ordinal) {
      link = Taken.last(link.previous, stage);
    }
    return link.event;
  }

  @Override
  public void forEach(int stage, Consumer<? super E> consumer) {
    Taken<E> link = Taken.last(chain, stage);
    if (link == null) {
      return;
    }
    if (link.ordinal == 0) {
      consumer.accept(link.event);
      return;
    }
    Object[] inOrder = new Object[link.ordinal + 1];
    for (; link != null; link = Taken.last(link.previous, stage)) {
      inOrder[link.ordinal] = link.event;
    }
    for (Object event : inOrder) {
      @SuppressWarnings("unchecked")
      E taken = (E) event;
      consumer.accept(taken);
    }
  }
}
