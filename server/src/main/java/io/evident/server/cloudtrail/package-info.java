/** AWS CloudTrail records as events; the tables stand in {@code docs/cloudtrail.md}. */
package io.evident.server.cloudtrail;
