package io.tidegate.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidegate.match.PatternException;
import io.tidegate.plan.PlanException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Runs rules over events, one request after the other from standard input, until its end.
 *
 * <p>A request is a line {@code {"events": 2, "close": true, "near_misses": 3, "windows": false}},
 * a line with the plan, and so many lines with an event each: the index of its stream, a tab, a
 * JSON object. With windows, matches have theirs, and the samples that they are cut from are told.
 * All of it is read before the first line of the answer is written; the last is {@code {"done":
 * {}}} or {@code {"refused": {"message": ...}}}.
 */
public final class RuleTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final InputStream in;
  private final OutputStream out;
  private byte[] line = new byte[1024];

  private RuleTest(InputStream in, OutputStream out) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.out = new BufferedOutputStream(out, 1 << 16);
  }

  /** Serves standard input and output. */
  public static void main(String[] arguments) throws IOException {
    OutputStream answers = new FileOutputStream(FileDescriptor.out);
    // What a library prints must not get between the answers.
    System.setOut(System.err);
    new RuleTest(System.in, answers).serve();
  }

  /** Answers requests until the input ends. */
  static void serve(InputStream in, OutputStream out) throws IOException {
    new RuleTest(in, out).serve();
  }

  private void serve() throws IOException {
    for (byte[] header = line(); header != null; header = line()) {
      answer(JSON.readTree(header));
      out.flush();
    }
  }

  private void answer(JsonNode request) throws IOException {
    String plan = new String(required(), StandardCharsets.UTF_8);
    int count = request.get("events").intValue();
    // Read to its end whatever is found, so that the next request begins where it should.
    byte[][] events = new byte[count][];
    for (int i = 0; i < count; i++) {
      events[i] = required();
    }
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    Answer answer = new Answer(lines);
    try {
      boolean close = request.get("close").booleanValue();
      // Where the request does not ask, windows are not wanted.
      boolean windows = request.path("windows").booleanValue();
      TestRun run = new TestRun(plan, close, windows, answer);
      for (int i = 0; i < count; i++) {
        add(run, i, events[i]);
      }
      run.finish(request.get("near_misses").intValue());
      answer.done();
    } catch (PlanException | PatternException e) {
      answer.refused(e.getMessage());
    }
    lines.writeTo(out);
  }

  private static void add(TestRun run, int number, byte[] event) throws IOException {
    int tab = 0;
    while (event[tab] != '\t') {
      tab++;
    }
    int stream = Integer.parseInt(new String(event, 0, tab, StandardCharsets.US_ASCII));
    run.add(stream, number, Arrays.copyOfRange(event, tab + 1, event.length));
  }

  private byte[] required() throws IOException {
    byte[] read = line();
    if (read == null) {
      throw new EOFException("the request ends before it is whole");
    }
    return read;
  }

  private byte[] line() throws IOException {
    int length = 0;
    int next = in.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n') {
      if (length == line.length) {
        line = Arrays.copyOf(line, 2 * length);
      }
      line[length++] = (byte) next;
      next = in.read();
    }
    return Arrays.copyOf(line, length);
  }
}
