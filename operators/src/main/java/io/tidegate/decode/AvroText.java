package io.tidegate.decode;

import io.tidegate.event.DeadLetterReason;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.io.BinaryDecoder;

/**
 * Reads strings of one field into an array that is used again.
 *
 * <p>The length is compared with what the message still holds before memory is taken for it; Avro's
 * own reader would take a gigabyte on the word of seven bytes.
 */
final class AvroText {
  private byte[] bytes = new byte[32];

  /**
   * Reads a string; bytes that are no UTF-8 are refused and not replaced.
   *
   * @throws EOFException when the message ends before the string does
   */
  String read(BinaryDecoder in) throws IOException, DecodeException {
    long declared = in.readLong();
    if (declared < 0) {
      throw new IOException("a string's length is " + declared);
    }
    if (declared > in.inputStream().available()) {
      throw new EOFException();
    }
    int length = (int) declared;
    if (length > bytes.length) {
      bytes = new byte[length];
    }
    in.readFixed(bytes, 0, length);
    String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
    // indexOf answers at once for Latin-1 strings, so only others pay for the comparison.
    if (text.indexOf('\uFFFD') >= 0
        && !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), Arrays.copyOf(bytes, length))) {
      throw new DecodeException(DeadLetterReason.MALFORMED, "a string is not UTF-8");
    }
    return text;
  }
}
