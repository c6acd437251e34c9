package io.evident.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The row that a campaign prints for docs/reliability.md. */
@EnabledOnOs(OS.LINUX)
class CampaignRowTest {
    private static String row(int rounds, int findings, String summary) throws IOException, InterruptedException {
        Process bash = new ProcessBuilder(
                        "bash",
                        "-c",
                        ". ../docs/testing/campaign.sh; unit='failed disks' rounds=$1 findings=$2 summary=$3; tell",
                        "campaign",
                        String.valueOf(rounds),
                        String.valueOf(findings),
                        summary)
                .redirectErrorStream(true)
                .start();
        String printed = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return printed;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1|0|every event there|1 failed disk|every event there",
                "2|0|every event there|2 failed disks|every event there",
                "1|3|every event there|1 failed disk|FINDINGS: every event there",
                "2|1|FINDINGS. lost|2 failed disks|FINDINGS. lost",
            })
    void saysHowManyRoundsThereWereAndNeverThatAllIsWellWhenItIsNot(
            int rounds, int findings, String summary, String count, String words) throws Exception {
        assertThat(row(rounds, findings, summary))
                .contains("| " + count + " |")
                .endsWith("| " + findings + " | " + words + " |\n");
    }
}
