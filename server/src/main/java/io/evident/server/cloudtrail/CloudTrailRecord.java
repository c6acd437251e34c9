package io.evident.server.cloudtrail;

import io.evident.server.json.JsonTree;

/**
 * What several tables ask of a record. A part is {@code null} where the record has none.
 *
 * @param account whose log it is
 * @param actor the identity's ARN, else its principal, else the service that acted, else what else names it
 * @param identityType {@code Root}, {@code IAMUser}, {@code AssumedRole}, ...
 * @param eventSource the service, {@code s3.amazonaws.com}
 * @param eventName the call, {@code GetObject}
 * @param readOnly whether the call changes nothing
 */
record CloudTrailRecord(
        String account, String actor, String identityType, String eventSource, String eventName, boolean readOnly) {

    static CloudTrailRecord of(JsonTree json) {
        JsonTree identity = json.at("userIdentity");
        String name = json.text("eventName");
        return new CloudTrailRecord(
                firstOf(json.text("recipientAccountId"), identity.text("accountId")),
                firstOf(
                        identity.text("arn"),
                        identity.text("principalId"),
                        identity.text("invokedBy"),
                        identity.text("userName"),
                        identity.text("accountId")),
                identity.text("type"),
                json.text("eventSource"),
                name,
                isReadOnly(json, name));
    }

    /** Old records do not say; the names of calls do. */
    private static boolean isReadOnly(JsonTree json, String name) {
        return json.at("readOnly").isThere()
                ? json.at("readOnly").isTrue() || "true".equals(json.text("readOnly"))
                : name != null && name.matches("(Get|List|Describe|Head|Lookup|Search|BatchGet)[A-Z].*");
    }

    private static String firstOf(String... texts) {
        for (String text : texts) {
            if (text != null) {
                return text;
            }
        }
        return null;
    }

    /** The service's short name: {@code s3}. */
    String service() {
        int dot = eventSource.indexOf('.');
        return dot < 0 ? eventSource : eventSource.substring(0, dot);
    }

    boolean isConsoleLogin() {
        return "ConsoleLogin".equals(eventName);
    }
}
