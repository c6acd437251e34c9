package io.evident.server.cloudtrail;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventTime;
import io.evident.event.EventValidator;
import io.evident.event.EventView;
import io.evident.event.Outcome;
import io.evident.event.RefusalReason;
import io.evident.event.Severity;
import io.evident.event.json.AttributesCheck;
import io.evident.server.ProjectFiles;
import io.evident.server.json.JsonRecord;
import io.evident.server.json.JsonRecords;
import io.evident.server.json.JsonTree;
import io.evident.server.send.SendFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudTrailMappingTest {
    private static final String ID = "293ba626-3be5-4a26-ab1b-0f4c54f49959";

    private final CloudTrailMapping mapping = new CloudTrailMapping();

    /** A record with these members besides the required ones; a later member of a name replaces an earlier one. */
    private static String record(String... members) {
        java.util.Map<String, String> all = new java.util.LinkedHashMap<>();
        all.put("eventID", "\"" + ID + "\"");
        all.put("eventTime", "\"2023-07-10T11:42:36Z\"");
        all.put("eventSource", "\"s3.amazonaws.com\"");
        all.put("eventName", "\"GetBucketAcl\"");
        all.put("recipientAccountId", "\"123837392027\"");
        all.put("userIdentity", "{\"type\":\"IAMUser\",\"arn\":\"arn:aws:iam::1:user/b\",\"principalId\":\"AID\"}");
        all.put("readOnly", "true");
        for (int i = 0; i < members.length; i += 2) {
            if (members[i + 1] == null) {
                all.remove(members[i]);
            } else {
                all.put(members[i], members[i + 1]);
            }
        }
        StringBuilder json = new StringBuilder();
        all.forEach((name, value) -> json.append(json.isEmpty() ? "{" : ",")
                .append('"')
                .append(name)
                .append("\":")
                .append(value));
        return json.append('}').toString();
    }

    private CloudTrailMapping.Mapped map(String record) {
        return mapping.map(record.getBytes(StandardCharsets.UTF_8));
    }

    private AuditEvent event(String... members) {
        CloudTrailMapping.Mapped mapped = map(record(members));
        assertThat(mapped.refusal()).isNull();
        return mapped.event();
    }

    @Test
    void takesIdTimeTenantActorAndActionFromTheirFields() {
        AuditEvent event = event(
                "sourceIPAddress", "\"192.0.2.7\"", "userAgent", "\"aws-cli\"", "eventCategory", "\"Management\"");

        assertThat(event.id()).isEqualTo(UUID.fromString(ID));
        assertThat(event.timeNs()).isEqualTo(EventTime.toNs(Instant.parse("2023-07-10T11:42:36Z")));
        assertThat(event.tenant()).isEqualTo("123837392027");
        assertThat(event.actorId()).isEqualTo("arn:aws:iam::1:user/b");
        assertThat(event.actorIp()).isEqualTo("192.0.2.7");
        assertThat(event.actorAgent()).isEqualTo("aws-cli");
        assertThat(event.action()).isEqualTo("s3.amazonaws.com:GetBucketAcl");
        assertThat(event.category()).isEqualTo("Management");
        assertThat(event.outcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void keepsTheRecordByteForByteAsAttributes() {
        String record = record("additionalEventData", "{ \"n\" : 1.50,\"u\":\"\\u00e4 \u00e4\" }");

        assertThat(map(record).event().attributes()).isEqualTo(record);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"arn\":\"a\",\"principalId\":\"p\",\"invokedBy\":\"i\"}|a",
                "{\"principalId\":\"p\",\"invokedBy\":\"i\"}|p",
                "{\"type\":\"AWSService\",\"invokedBy\":\"ec2.amazonaws.com\"}|ec2.amazonaws.com",
                "{\"arn\":\"\",\"principalId\":null,\"userName\":\"u\"}|u",
            })
    void namesTheActorByArnElsePrincipalElseInvoker(String identity, String actor) {
        assertThat(event("userIdentity", identity).actorId()).isEqualTo(actor);
    }

    @ParameterizedTest
    @CsvSource({
        "AccessDenied, DENIED",
        "Client.UnauthorizedOperation, DENIED",
        "UnauthorizedOperation, DENIED",
        "AccessDeniedException, DENIED",
        "NotAuthorizedException, DENIED",
        "ThrottlingException, FAILURE",
        "NoSuchBucketPolicy, FAILURE",
        "Client.VcpuLimitExceeded, FAILURE"
    })
    void readsTheOutcomeFromTheErrorCode(String errorCode, Outcome outcome) {
        assertThat(event("errorCode", "\"" + errorCode + "\"").outcome()).isEqualTo(outcome);
    }

    @Test
    void seesAFailedConsoleLogin() {
        AuditEvent event = event(
                "eventSource", "\"signin.amazonaws.com\"",
                "eventName", "\"ConsoleLogin\"",
                "readOnly", "false",
                "responseElements", "{\"ConsoleLogin\":\"Failure\"}");

        assertThat(event.outcome()).isEqualTo(Outcome.FAILURE);
        assertThat(event.severity()).isEqualTo(Severity.P1_HIGH);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "s3|[{\"type\":\"AWS::S3::Bucket\",\"ARN\":\"arn:x\"},{\"ARN\":\"y\"}]|{\"bucketName\":\"b\"}|AWS::S3::Bucket|arn:x",
                "s3|null|{\"Host\":\"h\",\"bucketName\":\"b\"}|AWS::S3::Bucket|b",
                "iam|[]|{\"policyArn\":\"p\",\"roleName\":\"r\"}|AWS::IAM::Role|r",
                "rds|[]|{\"userName\":\"r\"}|service|rds.amazonaws.com",
                "ec2|[]|{\"groupName\":\"g\"}|AWS::EC2::SecurityGroup|g",
                "ssm|[]|{\"name\":\"/db/password\"}|AWS::SSM::Parameter|/db/password",
                "ec2|[]|{\"instancesSet\":{\"items\":[{\"instanceId\":\"i-1\"}]}}|AWS::EC2::Instance|i-1",
                "ec2|[]|{\"vpcId\":5}|service|ec2.amazonaws.com",
                "kms|[{\"accountId\":\"1\"}]|null|service|kms.amazonaws.com",
            })
    void findsTheResource(String service, String resources, String parameters, String type, String id) {
        AuditEvent event = event(
                "eventSource", "\"" + service + ".amazonaws.com\"",
                "resources", resources,
                "requestParameters", parameters);

        assertThat(event.resourceType()).isEqualTo(type);
        assertThat(event.resourceId()).isEqualTo(id);
    }

    @ParameterizedTest
    @CsvSource({
        "Root, s3, GetBucketAcl, true, , P0_CRITICAL",
        "IAMUser, cloudtrail, StopLogging, false, , P0_CRITICAL",
        "IAMUser, cloudtrail, StopLogging, false, AccessDenied, P1_HIGH",
        "IAMUser, iam, AttachRolePolicy, false, , P1_HIGH",
        "IAMUser, iam, AttachRolePolicy, false, AccessDenied, P1_HIGH",
        "IAMUser, s3, PutBucketPolicy, false, , P1_HIGH",
        "IAMUser, ec2, DescribeInstances, true, Client.UnauthorizedOperation, P2_MEDIUM",
        "IAMUser, secretsmanager, GetSecretValue, true, , P2_MEDIUM",
        "IAMUser, ec2, RunInstances, false, , P3_LOW",
        "IAMUser, iam, GetUser, true, , P4_INFO",
        "IAMUser, s3, GetBucketAcl, true, , P4_INFO"
    })
    void givesTheSeverityOfTheTable(
            String identity, String service, String name, boolean readOnly, String errorCode, Severity severity) {
        AuditEvent event = event(
                "userIdentity", "{\"type\":\"" + identity + "\",\"arn\":\"a\"}",
                "eventSource", "\"" + service + ".amazonaws.com\"",
                "eventName", "\"" + name + "\"",
                "readOnly", String.valueOf(readOnly),
                "errorCode", errorCode == null ? null : "\"" + errorCode + "\"");

        assertThat(event.severity()).isEqualTo(severity);
    }

    @ParameterizedTest
    @CsvSource({
        "eventID, , INVALID_ID",
        "eventID, '\"x\"', INVALID_ID",
        "eventTime, , INVALID_TIME",
        "eventTime, '\"yesterday\"', INVALID_TIME",
        "recipientAccountId, , MISSING_FIELD",
        "userIdentity, , MISSING_FIELD",
        "eventName, , MISSING_FIELD"
    })
    void refusesARecordWithoutWhatAnEventNeedsAndNamesTheField(String field, String value, RefusalReason reason) {
        CloudTrailMapping.Mapped mapped = map(record(field, value));

        assertThat(mapped.event()).isNull();
        assertThat(mapped.refusal().reason()).isEqualTo(reason);
        assertThat(mapped.refusal().field()).isEqualTo(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{} {}"})
    void refusesWhatIsNoRecord(String text) {
        assertThat(map(text).refusal()).isNotNull();
    }

    @Test
    void cutsALongUserAgentAtACharacterAndKeepsItInTheAttributes() {
        String agent = "x" + "\uD83D\uDE00".repeat(1_000);

        AuditEvent event = event("userAgent", "\"" + agent + "\"");

        assertThat(event.actorAgent().getBytes(StandardCharsets.UTF_8).length).isBetween(2_045, 2_048);
        assertThat(agent).startsWith(event.actorAgent());
        assertThat(event.attributes()).contains(agent);
    }

    @Test
    void mapsEveryRecordOfTheRecordedAttack() throws IOException {
        Path folder = ProjectFiles.sharedData("cloudtrail");
        Set<UUID> ids = new HashSet<>();
        List<JsonTree> originals = new ArrayList<>();
        int mappedCount = 0;
        for (Path file : SendFiles.find(folder)) {
            originals.addAll(
                    JsonTree.parse(Files.readAllBytes(file)).at("Records").elements());
            try (JsonRecords records = JsonRecords.ofMember(Files.newInputStream(file), "Records")) {
                for (JsonRecord record = records.next(); record != null; record = records.next()) {
                    assertThat(record.refusal()).isNull();
                    AuditEvent event = mapping.map(record.bytes()).event();
                    assertValid(event);
                    assertThat(ids.add(event.id()))
                            .as("id %s is new", event.id())
                            .isTrue();
                    assertThat(JsonTree.parse(event.attributes().getBytes(StandardCharsets.UTF_8)))
                            .isEqualTo(originals.get(mappedCount++));
                }
            }
        }
        assertThat(mappedCount).isEqualTo(1_448).isEqualTo(originals.size());
    }

    private static void assertValid(AuditEvent event) {
        EventEncoder encoder = new EventEncoder();
        assertThat(event.encodeInto(encoder)).isNull();
        byte[] bytes = new byte[encoder.encodedLength()];
        encoder.encode(bytes, 0);
        EventView view = new EventView();
        assertThat(view.wrap(bytes, 0, bytes.length)).isNull();
        assertThat(EventValidator.check(view)).isNull();
        assertThat(new AttributesCheck().check(view)).isNull();
    }
}
