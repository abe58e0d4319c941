import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import software.amazon.event.ruler.Machine;

/** Reads a pattern and an event, a line each, again and again, and says for each pair whether they match. */
public class Matches {
    public static void main(String[] args) throws Exception {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String pattern = in.readLine(); pattern != null; pattern = in.readLine()) {
            out.println(answer(pattern, in.readLine()));
        }
        out.flush();
    }

    private static String answer(String pattern, String event) {
        Machine machine = new Machine();
        try {
            machine.addRule("rule", pattern);
        } catch (Exception refusal) {
            return "refused " + refusal.getMessage().lines().findFirst().orElse("");
        }
        try {
            return machine.rulesForJSONEvent(event).isEmpty() ? "no match" : "match";
        } catch (Exception failure) {
            return "failed " + failure.getMessage().lines().findFirst().orElse("");
        }
    }
}
