import io.tidegate.plan.PlanDefinition;
import java.nio.charset.StandardCharsets;

/** Reads a plan from standard input as the job does, and prints how many rules it has. */
public class ReadPlan {
  public static void main(String[] arguments) throws Exception {
    String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    System.out.println(PlanDefinition.parse(text).rules().size());
  }
}
