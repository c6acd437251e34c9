package io.evident.client.read;

import java.util.UUID;

/**
 * What an export came to.
 *
 * @param events how many events were passed on
 * @param lastId the id of the last of them; {@code null} when there was none
 * @param resumptions how often it went on over another connection
 */
public record ExportSummary(long events, UUID lastId, int resumptions) {}
