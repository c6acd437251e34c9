package io.evident.server.cloudtrail;

import io.evident.event.Outcome;
import io.evident.event.Severity;
import java.util.Set;

/** How grave a record is: the table of {@code docs/cloudtrail.md}, where the first line that matches decides. */
final class CloudTrailSeverity {
    /** Calls that make an attacker invisible: they stop, delete or narrow the records of what happens. */
    private static final Set<String> BLINDING = Set.of(
            "cloudtrail:StopLogging",
            "cloudtrail:DeleteTrail",
            "cloudtrail:UpdateTrail",
            "cloudtrail:PutEventSelectors",
            "cloudtrail:DeleteEventDataStore",
            "config:StopConfigurationRecorder",
            "config:DeleteConfigurationRecorder",
            "config:DeleteDeliveryChannel",
            "ec2:DeleteFlowLogs",
            "guardduty:DeleteDetector",
            "guardduty:UpdateDetector",
            "logs:DeleteLogGroup",
            "logs:DeleteLogStream",
            "organizations:LeaveOrganization",
            "securityhub:DisableSecurityHub");

    /** Calls that change who may do what, outside IAM. */
    private static final Set<String> ACCESS_CHANGING = Set.of(
            "ec2:AuthorizeSecurityGroupIngress",
            "ec2:ModifyImageAttribute",
            "ec2:ModifySnapshotAttribute",
            "ec2:SharedSnapshotVolumeCreated",
            "kms:DisableKey",
            "kms:PutKeyPolicy",
            "kms:ScheduleKeyDeletion",
            "lambda:AddPermission20150331v2",
            "rds:ModifyDBSnapshotAttribute",
            "s3:DeleteBucketPolicy",
            "s3:DeleteBucketPublicAccessBlock",
            "s3:PutBucketAcl",
            "s3:PutBucketPolicy",
            "s3:PutBucketPublicAccessBlock",
            "secretsmanager:PutResourcePolicy");

    /** Calls that only read, but read what gives access. */
    private static final Set<String> SECRET_READING = Set.of(
            "ec2:GetPasswordData",
            "iam:GetAccountAuthorizationDetails",
            "secretsmanager:BatchGetSecretValue",
            "secretsmanager:GetSecretValue",
            "sts:GetFederationToken",
            "sts:GetSessionToken");

    private CloudTrailSeverity() {}

    static Severity of(CloudTrailRecord record, Outcome outcome) {
        String call = record.service() + ":" + record.eventName();
        boolean done = outcome == Outcome.SUCCESS;
        if ("Root".equals(record.identityType()) || (done && BLINDING.contains(call))) {
            return Severity.P0_CRITICAL;
        }
        if (BLINDING.contains(call) || (record.isConsoleLogin() && !done)) {
            return Severity.P1_HIGH;
        }
        boolean changesAccess =
                ACCESS_CHANGING.contains(call) || (record.service().equals("iam") && !record.readOnly());
        if (changesAccess) {
            return Severity.P1_HIGH;
        }
        if (outcome == Outcome.DENIED || SECRET_READING.contains(call)) {
            return Severity.P2_MEDIUM;
        }
        return record.readOnly() ? Severity.P4_INFO : Severity.P3_LOW;
    }
}
