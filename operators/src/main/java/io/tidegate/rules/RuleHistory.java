package io.tidegate.rules;

import io.tidegate.plan.RuleCompiler;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the rules log held when a job was submitted: the changes that an earlier job has stamped.
 *
 * <p>A job that starts without state knows them from its first event on and applies each at its
 * logged stamp, so that it finds what the earlier job found. A job that starts from a savepoint has
 * no use for them: its state outranks the log.
 *
 * @param records the records that were stamped, in the order of the log
 * @param offsets their offsets
 * @param stamps by request, its stamp
 */
public record RuleHistory(List<byte[]> records, List<Long> offsets, Map<String, Long> stamps)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(RuleHistory.class);

  /** Of a log that nothing was stamped of. */
  public static final RuleHistory NONE = new RuleHistory(List.of(), List.of(), Map.of());

  public RuleHistory {
    records = new ArrayList<>(records);
    offsets = new ArrayList<>(offsets);
    stamps = new HashMap<>(stamps);
  }

  /** The stamped changes, by stamp and then in the order of the log. */
  public List<RuleChange> changes(RuleCompiler compiler) {
    return stamped(new RuleRegistry(compiler));
  }

  /** The same, read by a registry that knows them afterwards. */
  List<RuleChange> stamped(RuleRegistry registry) {
    List<RuleChange> changes = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      try {
        RuleChange change = registry.read(new LogRecord(offsets.get(i), records.get(i)));
        if (change != null && stamps.containsKey(change.request())) {
          changes.add(change.stamped(stamps.get(change.request()), i));
        }
      } catch (RefusedChangeException e) {
        // It was accepted by a job with other streams; its rule cannot run here.
        LOG.warn(
            "Change {} of rule {} at offset {} of the rules log is left out: {}",
            e.change().request(),
            e.change().rule(),
            offsets.get(i),
            e.getMessage());
      }
    }
    changes.sort(
        Comparator.comparingLong(RuleChange::stamp).thenComparingLong(RuleChange::sequence));
    return changes;
  }
}
