/** How long events are kept: rules and holds, what they make expire, and having its bytes freed. */
package io.evident.server.retention;
