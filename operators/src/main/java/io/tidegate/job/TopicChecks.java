package io.tidegate.job;

import io.tidegate.plan.PlanDefinition;
import io.tidegate.sink.KafkaSinks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * What a plan needs of its broker, asked with the same client and the same properties, security
 * included, that the job will use.
 */
public final class TopicChecks implements AutoCloseable {
  private static final int LIMIT_S = 15;
  private static final String MAX_TRANSACTION_TIMEOUT = "transaction.max.timeout.ms";

  private final PlanDefinition plan;
  private final JobTopics topics;
  private final Admin admin;

  /** Checks for a plan; nothing is asked yet. */
  public TopicChecks(String planJson) {
    plan = PlanDefinition.parse(planJson);
    topics = new JobTopics(plan);
    Properties properties = new Properties();
    properties.putAll(plan.kafka().properties());
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, plan.kafka().bootstrap());
    properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000");
    properties.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "10000");
    admin = Admin.create(properties);
  }

  /** One line for everything that is missing at the broker; empty when all is there. */
  public List<String> missing() {
    List<String> lines = new ArrayList<>();
    try {
      Map<String, Set<AclOperation>> needed = topics.rights();
      var described =
          admin
              .describeTopics(
                  needed.keySet(), new DescribeTopicsOptions().includeAuthorizedOperations(true))
              .topicNameValues();
      for (Map.Entry<String, Set<AclOperation>> need : needed.entrySet()) {
        check(need.getKey(), need.getValue(), described.get(need.getKey())).ifPresent(lines::add);
      }
      checkBeats().ifPresent(lines::add);
      checkTransactions().ifPresent(lines::add);
    } catch (BrokerException e) {
      lines.add(e.getMessage());
    }
    return lines;
  }

  private Optional<String> check(
      String topic,
      Set<AclOperation> operations,
      org.apache.kafka.common.KafkaFuture<TopicDescription> answer) {
    TopicDescription description;
    try {
      description = get(answer);
    } catch (BrokerException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.of("topic " + topic + " does not exist at " + plan.kafka().bootstrap());
      }
      throw e;
    }
    if (plan.rulesLog() != null
        && topic.equals(plan.rulesLog().topic())
        && description.partitions().size() != 1) {
      return Optional.of(
          "topic "
              + topic
              + " has "
              + description.partitions().size()
              + " partitions; a rules log has 1, since its changes have one order");
    }
    // A broker without an authorizer grants everything; null where it does not tell.
    Set<AclOperation> granted = description.authorizedOperations();
    if (granted == null || granted.contains(AclOperation.ALL)) {
      return Optional.empty();
    }
    List<String> lacking =
        operations.stream()
            .filter(operation -> !granted.contains(operation))
            .map(operation -> operation.name().toLowerCase(Locale.ROOT))
            .toList();
    return lacking.isEmpty()
        ? Optional.empty()
        : Optional.of("topic " + topic + ": no right to " + String.join(" and to ", lacking));
  }

  // Left out where the topic is absent, which is said, or its settings may not be read.
  private Optional<String> checkBeats() {
    if (plan.heartbeat() == null) {
      return Optional.empty();
    }
    String topic = plan.heartbeat().topic();
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    ConfigEntry type;
    try {
      type =
          get(admin.describeConfigs(List.of(resource)).all())
              .get(resource)
              .get(JobTopics.TIMESTAMP_TYPE);
    } catch (BrokerException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException
          || e.getCause() instanceof TopicAuthorizationException) {
        return Optional.empty();
      }
      throw e;
    }
    return type == null || type.value().equals(JobTopics.APPEND_TIME)
        ? Optional.empty()
        : Optional.of(
            "topic "
                + topic
                + " has "
                + JobTopics.TIMESTAMP_TYPE
                + "="
                + type.value()
                + "; a heartbeat needs "
                + JobTopics.APPEND_TIME
                + ", since beats are judged against the broker's clock");
  }

  private Optional<String> checkTransactions() {
    if (!plan.sinks().exactlyOnce()) {
      return Optional.empty();
    }
    Node broker = get(admin.describeCluster().nodes()).iterator().next();
    ConfigResource resource =
        new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(broker.id()));
    Config config = get(admin.describeConfigs(List.of(resource)).all()).get(resource);
    if (config == null || config.get(MAX_TRANSACTION_TIMEOUT) == null) {
      return Optional.empty();
    }
    long allowed = Long.parseLong(config.get(MAX_TRANSACTION_TIMEOUT).value());
    long wanted = KafkaSinks.transactionTimeoutMs(plan.kafka().properties());
    return wanted <= allowed
        ? Optional.empty()
        : Optional.of(
            KafkaSinks.TRANSACTION_TIMEOUT
                + " is "
                + wanted
                + " ms, above the broker's "
                + MAX_TRANSACTION_TIMEOUT
                + " of "
                + allowed
                + " ms");
  }

  /**
   * Creates the topics that are missing, see {@link JobTopics#wanted}, and waits until the broker
   * knows them: it answers a creation before it does.
   *
   * @return names of the topics that were created
   * @throws BrokerException when the broker does not answer or refuses
   */
  public List<String> create() {
    Set<String> existing = get(admin.listTopics().names());
    List<String> created = new ArrayList<>();
    for (String topic : topics.rights().keySet()) {
      if (!existing.contains(topic) && create(topics.wanted(topic))) {
        created.add(topic);
      }
    }
    awaitKnown(created);
    return created;
  }

  private void awaitKnown(List<String> created) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
    while (!areKnown(created)) {
      if (System.nanoTime() - end > 0) {
        throw new BrokerException(
            plan.kafka().bootstrap(),
            new TimeoutException("it has created topics and does not know them yet: " + created));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private boolean areKnown(List<String> created) {
    try {
      get(admin.describeTopics(created).allTopicNames());
      return true;
    } catch (BrokerException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw e;
    }
  }

  private boolean create(NewTopic wanted) {
    try {
      get(admin.createTopics(List.of(wanted)).all());
      return true;
    } catch (BrokerException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false; // another submission was faster
      }
      throw e;
    }
  }

  private <T> T get(org.apache.kafka.common.KafkaFuture<T> future) {
    try {
      return future.get(LIMIT_S, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokerException(plan.kafka().bootstrap(), e);
    } catch (ExecutionException e) {
      throw new BrokerException(plan.kafka().bootstrap(), e.getCause());
    } catch (TimeoutException | KafkaException e) {
      throw new BrokerException(plan.kafka().bootstrap(), e);
    }
  }

  @Override
  public void close() {
    admin.close(java.time.Duration.ofSeconds(2));
  }

  /** Raised when the broker does not answer or refuses a request. */
  public static final class BrokerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokerException(String bootstrap, Throwable cause) {
      super("broker " + bootstrap + " cannot be asked: " + describe(cause), cause);
    }

    private static String describe(Throwable cause) {
      String text = cause.getMessage();
      return text == null ? cause.getClass().getSimpleName() : text.lines().findFirst().orElse("");
    }
  }
}
