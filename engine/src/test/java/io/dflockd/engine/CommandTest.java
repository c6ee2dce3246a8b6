package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class CommandTest {
    @Test
    void aCommandThatMakesNoSenseCannotBeMade() {
        assertThatThrownBy(() -> new Command.Acquire("k", Mode.PERMIT, 0, 0, 1, false))
                .hasMessage("limit is 0, must be above 0");
        assertThatThrownBy(() -> new Command.Acquire("k", Mode.LEADERSHIP, 2, 0, 1, false))
                .hasMessage("limit is 2, must be 1 for an election");
        assertThatThrownBy(() -> new Command.Acquire("k", Mode.READ, 0, -1, 1, false))
                .hasMessage("waitMs is -1, must be 0 or more");
        assertThatThrownBy(() -> new Command.Enqueue("k", Mode.WRITE, 0, 0, false))
                .hasMessage("leaseMs is 0, must be above 0");
        assertThatThrownBy(() -> new Command.SetValue("k", "", 0)).hasMessage("a value must not be empty");
        assertThatThrownBy(() -> new Command.AwaitBarrier("k", 0, 0)).hasMessage("count is 0, must be above 0");
        assertThatThrownBy(() -> new Command.Attach(0, "name", 1)).hasMessage("number is 0, must be above 0");
        assertThatThrownBy(() -> new Command.Attach(1, "name", 0)).hasMessage("graceMs is 0, must be above 0");
        assertThatThrownBy(() -> new Command.OpenTerm(0, 0)).hasMessage("term is 0, must be above 0");
        assertThatThrownBy(() -> new Command.OpenTerm(1, -1)).hasMessage("wallMicros is -1, must be 0 or more");
        assertThatThrownBy(() -> new Command.Keep("k", "token", 0, false)).hasMessage("leaseMs is 0, must be above 0");
    }

    @Test
    void theLongestDurationsLastForEver() {
        var engine = new Engine(Limits.wide(), 0);
        var recorder = new Recorder();
        recorder.apply(engine,
                Entry.of(1, 1, 1, new Command.Acquire("k", Mode.PERMIT, 1, 0, Long.MAX_VALUE, false)));
        recorder.apply(engine,
                Entry.of(2, 2, 1, new Command.Acquire("k", Mode.PERMIT, 1, Long.MAX_VALUE, Long.MAX_VALUE, false)));

        var effects = recorder.apply(
                engine, new Entry(Long.MAX_VALUE / 2, Action.ofDriver(new Command.Tick())));

        assertThat(effects).isEmpty();
        assertThat(engine.nextDeadlineMs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aTokenIsFoundOnlyAsItWasGiven() {
        var text = Token.format(0x1f, -2L);

        assertThat(text).isEqualTo("000000000000001ffffffffffffffffe");
        assertThat(Token.parse(text)).isEqualTo(new Token(0x1f, -2L));
        assertThat(Token.parse(text.toUpperCase(Locale.ROOT))).isNull();
        assertThat(Token.parse(text + "0")).isNull();
        assertThat(Token.parse("")).isNull();
    }
}
