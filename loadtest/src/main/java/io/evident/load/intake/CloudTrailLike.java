package io.evident.load.intake;

import java.util.SplittableRandom;

/** Attributes that look like a record of CloudTrail, made up. Stateless. */
final class CloudTrailLike {
    private static final String[] SERVICES = {"s3", "ec2", "iam", "sts", "kms", "lambda"};
    private static final String[] CALLS = {
        "GetObject", "DescribeInstances", "ListUsers", "AssumeRole", "Decrypt", "Invoke"
    };

    private CloudTrailLike() {}

    static String record(SplittableRandom random) {
        int service = random.nextInt(SERVICES.length);
        String account = String.valueOf(100_000_000_000L + random.nextInt(1_000_000));
        String user = "user-" + random.nextInt(5_000);
        return "{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"AssumedRole\",\"principalId\":\""
                + hex(random, 20)
                + ":" + user + "\",\"arn\":\"arn:aws:sts::" + account + ":assumed-role/wedding-planner/" + user
                + "\",\"accountId\":\"" + account + "\",\"accessKeyId\":\"" + hex(random, 20)
                + "\",\"sessionContext\":{\"attributes\":{\"mfaAuthenticated\":\"" + random.nextBoolean()
                + "\",\"creationDate\":\"2026-06-01T08:15:30Z\"}}},\"eventSource\":\"" + SERVICES[service]
                + ".amazonaws.com\",\"eventName\":\"" + CALLS[service]
                + "\",\"awsRegion\":\"eu-central-1\",\"sourceIPAddress\":\"198.51.100."
                + random.nextInt(256)
                + "\",\"userAgent\":\"aws-sdk-java/2.25.11 Linux/6.1 OpenJDK_64-Bit_Server_VM/17\""
                + ",\"requestParameters\":{\"bucketName\":\"photos-" + random.nextInt(1_000) + "\",\"key\":\"album/"
                + hex(random, 32) + ".jpg\"},\"responseElements\":null,\"requestID\":\"" + hex(random, 16)
                + "\",\"eventID\":\"" + hex(random, 32) + "\",\"readOnly\":" + random.nextBoolean()
                + ",\"eventType\":\"AwsApiCall\",\"managementEvent\":true}";
    }

    private static String hex(SplittableRandom random, int length) {
        StringBuilder text = new StringBuilder(length);
        while (text.length() < length) {
            text.append(Character.forDigit(random.nextInt(16), 16));
        }
        return text.toString();
    }
}
