package io.tidegate.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class CepConformanceTest {

  @TestFactory
  Stream<DynamicTest> theMatcherAgreesWithTheReference() throws IOException {
    Path file =
        Path.of(System.getProperty("tidegate.shared", "../../shared"), "conformance", "cep.jsonl");
    assumeTrue(Files.exists(file), "no conformance cases at " + file);
    List<CepCase> cases = CepCase.read(file);
    assertThat(cases).isNotEmpty();
    return cases.stream()
        .map(
            aCase ->
                DynamicTest.dynamicTest(
                    aCase.id(),
                    () -> {
                      CepConformance.Result result = CepConformance.run(aCase);
                      assertThat(result.verdict())
                          .as(result.detail())
                          .isNotEqualTo(CepConformance.Verdict.DISAGREE);
                    }));
  }
}
