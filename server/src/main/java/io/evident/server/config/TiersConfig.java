package io.evident.server.config;

import io.evident.event.Tier;

/**
 * When an event is answered whose sender names no tier.
 *
 * @param critical in the CRITICAL lane
 * @param elevated in the ELEVATED lane
 * @param standard in the STANDARD lane
 */
public record TiersConfig(Tier critical, Tier elevated, Tier standard) {}
