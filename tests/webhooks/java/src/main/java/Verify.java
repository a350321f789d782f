import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.standardwebhooks.Webhook;
import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Verifies and reads messages with the libraries of Java. usage: Verify FOLDER SECRETS */
public class Verify {
  public static void main(String[] args) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    List<Path> paths;
    try (var files = Files.list(Path.of(args[0]))) {
      paths = files.filter(p -> p.toString().endsWith(".json")).sorted().toList();
    }
    String[] secrets = Files.readString(Path.of(args[1])).strip().split("\\s+");
    for (Path path : paths) {
      JsonNode request = mapper.readTree(Files.readString(path));
      String body = request.get("body").asText();
      Map<String, List<String>> headers = new HashMap<>();
      request.get("headers").fields().forEachRemaining(h -> headers.put(h.getKey(), List.of(h.getValue().asText())));
      for (String secret : secrets) {
        new Webhook(secret).verify(body, HttpHeaders.of(headers, (name, value) -> true));
      }
      CloudEvent event = new JsonFormat().deserialize(body.getBytes(StandardCharsets.UTF_8));
      JsonNode data = mapper.readTree(event.getData().toBytes());
      StringBuilder rules = new StringBuilder();
      for (JsonNode rule : data.get("rules")) rules.append(rules.length() == 0 ? "" : ",").append(rule.asText());
      Object region = event.getExtension("region");
      System.out.println(String.join("|", event.getId(), event.getType(), event.getSource().toString(),
          event.getSubject(),
          event.getTime().withOffsetSameInstant(ZoneOffset.UTC)
              .format(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")),
          region == null ? "" : region.toString(), event.getExtension("sequence").toString(), rules,
          data.get("event").get("eventId").asText(), data.get("event").get("record").asText()));
    }
  }
}
