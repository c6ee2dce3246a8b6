package io.dflockd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MembersTest {
    @Test
    void whatIsWrittenIsRead() {
        var addresses = new LinkedHashMap<String, String>();
        addresses.put("n2", "10.0.0.2:6388");
        addresses.put("n1", "[::1]:6388");
        var members = new Members(7, "n2", addresses);

        assertThat(members.text()).isEqualTo("term=7 leader=n2 n2=10.0.0.2:6388 n1=[::1]:6388");
        assertThat(Members.parse(members.text())).isEqualTo(members);
        assertThat(Members.parse("term=7 leader= n1=a:1")).isEqualTo(new Members(7, "", Map.of("n1", "a:1")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "term=7", "leader=n1", "term=x leader=n1", "term=7 leader=n1 n1",
            "term=7 leader=n1 n1=a n1=b"})
    void whatIsNoAnswerIsNone(String text) {
        assertThat(Members.parse(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "term", "leader", "a b", "a=b", "a.b", "ä", "a123456789b123456789c123456789d12"})
    void aMemberCannotBeCalled(String name) {
        assertThat(Members.isName(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"n1", "N_1-x", "a123456789b123456789c123456789d1"})
    void aMemberCanBeCalled(String name) {
        assertThat(Members.isName(name)).isTrue();
    }
}
