/** Small help with JSON for the command line and the CloudTrail mapping: trees, lines, records of a file. */
package io.evident.server.json;
